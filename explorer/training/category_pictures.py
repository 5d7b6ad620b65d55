"""A small picture of every category of the built-in networks, all in one file.

`python -m explorer.training.category_pictures VAL [FILE]` makes it again from the validation
photos: of each category the photo that ResNet-50 is surest of. Photos that show private persons
are left out; a sample stands for the faces.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from explorer.paths import ASSETS
from explorer.photos.samples import SAMPLES

if TYPE_CHECKING:
    from explorer.photos.class_folders import PhotoFolder

PATH = ASSETS / "photos" / "categories.jpg"
COLUMNS, SIDE = 11, 96  # pictures in a row, and the side of each in pixels
_QUALITY = 82
_INSTEAD = {"faces": "face"}  # category -> sample that stands for it
_LEFT_OUT = {
    ("dollar bill", name) for name in ("image_0026.jpg", "image_0048.jpg", "image_0049.jpg")
}


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Put square pictures side by side, row by row, in the order of the categories."""
    rows = -(-len(pictures) // COLUMNS)
    made = Image.new("RGB", (COLUMNS * SIDE, rows * SIDE))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        made.paste(ImageOps.fit(picture, (SIDE, SIDE)), (column * SIDE, row * SIDE))
    return made


def surest(photos: PhotoFolder) -> list[Image.Image]:
    """Return the photo of each category to which ResNet-50 gives the highest probability of it."""
    from explorer.training.evaluation import evaluate
    from explorer.training.trainer import evaluation_transform
    from explorer.weights.loading import load

    network = load("resnet50")
    transform = evaluation_transform(network.weights.preprocessing)
    probabilities = evaluate(network.module, photos.transformed(transform)).logits.softmax(1)
    chosen = []
    for index, label in enumerate(photos.labels):
        if label in _INSTEAD:
            chosen.append(SAMPLES[_INSTEAD[label]].open())
            continue
        of_category = [
            at
            for at, target in enumerate(photos.targets)
            if target == index and (label, photos.names[at]) not in _LEFT_OUT
        ]
        chosen.append(photos.photos[max(of_category, key=lambda at: probabilities[at, index])])
    return chosen


def main(folder: Path, path: Path) -> None:
    """Make the file from a folder of category folders."""
    import torch

    from explorer.photos.class_folders import open_photo_folder

    torch.set_num_threads(1)
    sheet(surest(open_photo_folder(folder))).save(path, "JPEG", quality=_QUALITY)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else PATH)
