"""What the built-in networks see in photos that they learned from, and in photos of other things.

Photos of other sets are first made like the validation photos: a detector that knows a set by its
size or its compression would seem to work.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from explorer.array_types import Map
from explorer.networks.block_names import HEAD
from explorer.photos.geometry import to_tensor
from explorer.photos.reading import read_image
from explorer.weights.untrained import dead_leaves

if TYPE_CHECKING:
    from explorer.networks.network import Network

SHORT_SIDE, QUALITY = 144, 86  # of the validation photos: pixels, and JPEG quality
PER_CATEGORY = 30  # photos of each category that are used; all of them, if fewer
TRAIN, VAL, GENERATED = "train", "val", "generated pictures"
FOLDERS = {
    TRAIN: "caltech66/train",
    VAL: "caltech66/val",
    "new categories": "caltech_new",
    "grocery": "domain/grocery",
    "clothes": "domain/clothes",
}
_EACH_KIND, _BATCH = 30, 32


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network makes of the photos of a set.

    Attributes:
        names: category and file name of each photo; kind and number of a generated picture.
        features: pooled output of the last block, shape (N, C).
        logits: logits, shape (N, K).
    """

    names: tuple[str, ...]
    features: Map
    logits: Map

    def where(self, chosen: Callable[[str], bool]) -> Seen:
        """Return the photos whose names are chosen."""
        kept = [at for at, name in enumerate(self.names) if chosen(name)]
        names = tuple(self.names[at] for at in kept)
        return Seen(names, self.features[kept], self.logits[kept])


def digest(name: str) -> int:
    """Return a number that depends on nothing but the name, to split photos by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest())


def like_validation(image: Image.Image) -> Image.Image:
    """Return a photo at the size and with the compression of the validation photos."""
    scale = SHORT_SIDE / min(image.size)
    if scale < 1:
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return Image.open(buffer).convert("RGB")


def photos_of(kind: str, root: Path) -> list[tuple[str, Callable[[], Image.Image]]]:
    """List the photos of a set by name, with a function that opens each as it is to be seen.

    Args:
        kind: name of the set.
        root: folder that holds the folders of all sets.
    """
    if kind == GENERATED:
        return [(name, partial(like_validation, made)) for name, made in generated()]
    folder = root / FOLDERS[kind]
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.jpg"))}
    names = sorted(files) if kind in (VAL, "new categories") else some_of_each(files)
    opened = read_image if kind in (TRAIN, VAL) else _read_like_validation
    return [(name, partial(opened, files[name])) for name in names]


def _read_like_validation(path: Path) -> Image.Image:
    return like_validation(read_image(path))


def some_of_each(names: Any) -> list[str]:
    """Choose photos of each category by their digests, in the order of their names."""
    by_category: dict[str, list[str]] = {}
    for name in names:
        by_category.setdefault(name.split("/")[-2], []).append(name)
    return sorted(
        name for each in by_category.values() for name in sorted(each, key=digest)[:PER_CATEGORY]
    )


def generated() -> Iterator[tuple[str, Image.Image]]:
    """Make pictures that show nothing, the same ones at every call."""
    random, side = np.random.default_rng(0), 160
    rows, columns = np.mgrid[0:side, 0:side] / side
    leaves = (255 * dead_leaves(_EACH_KIND, side).numpy().transpose(0, 2, 3, 1)).astype(np.uint8)
    for number in range(_EACH_KIND):
        noise = random.integers(0, 256, (side, side, 3), dtype=np.uint8)
        coarse = Image.fromarray(random.integers(0, 256, (10, 10, 3), dtype=np.uint8))
        clouds = coarse.resize((side, side), Image.Resampling.BICUBIC)
        first, second = random.integers(0, 256, (2, 3))
        pitch, angle = random.uniform(3, 20), random.uniform(0, np.pi)
        across = columns * np.cos(angle) + rows * np.sin(angle)
        stripes = np.where(np.sin(2 * np.pi * pitch * across)[..., None] > 0, first, second)
        gradient = (first + (second - first) * (across + 1)[..., None] / 2.5).clip(0, 255)
        flat = np.broadcast_to(first, (side, side, 3))
        made = {
            "noise": noise,
            "clouds": np.asarray(clouds),
            "stripes": stripes,
            "gradient": gradient,
            "flat": flat,
            "leaves": leaves[number],
        }
        for name, pixels in made.items():
            yield f"{name}/{number:02}", Image.fromarray(pixels.astype(np.uint8))


def see(network: Network, photos: list[tuple[str, Callable[[], Image.Image]]]) -> Seen:
    """Run photos through a network."""
    features, logits = [], []
    for first in range(0, len(photos), _BATCH):
        images = [opened() for _, opened in photos[first : first + _BATCH]]
        x = torch.cat([to_tensor(image, network.weights.preprocessing) for image in images])
        with torch.inference_mode():
            for name, link in network.chain.items():
                if name == HEAD:
                    features.append(x.mean((2, 3)).numpy())
                x = link(x)
        logits.append(x.numpy())
    names = tuple(name for name, _ in photos)
    return Seen(names, np.concatenate(features), np.concatenate(logits))


def seen(network: Network, kind: str, root: Path, kept: Path) -> Seen:
    """Run a set through a network, or read what was kept of it."""
    path = kept / f"{kind.partition(' ')[0]}-{network.variant.name}.npz"
    photos = photos_of(kind, root)
    if path.is_file():
        with np.load(path) as arrays:
            names = tuple(str(name) for name in arrays["names"])
            found = Seen(names, arrays["f"], arrays["l"])
        return found.where({name for name, _ in photos}.__contains__)
    found = see(network, photos)
    np.savez(path, f=found.features, l=found.logits, names=np.array(found.names))
    return found
