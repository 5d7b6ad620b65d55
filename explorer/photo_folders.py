"""Photos for training: one folder per category, decoded once and kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from explorer.errors import DataError, ImageError
from explorer.images import read_image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"}
KEPT_SIDE = 256  # pixels of the short side that stay in memory; no network here trains on more


@dataclass(frozen=True, eq=False)
class PhotoFolder:
    """The photos of a folder of class folders.

    Attributes:
        labels: category names in the order of their folders' names, K of them.
        photos: RGB pictures, short side at most `KEPT_SIDE` pixels.
        targets: the class index of each photo.
        names: the file name of each photo, below its category's folder.
    """

    labels: tuple[str, ...]
    photos: tuple[Image.Image, ...]
    targets: tuple[int, ...]
    names: tuple[str, ...] = ()

    def transformed(self, transform: Callable[[Image.Image], Tensor]) -> TransformedPhotos:
        """Return the photos as a dataset of (transform(photo), class index)."""
        return TransformedPhotos(self, transform)


class TransformedPhotos(Dataset[tuple[Tensor, int]]):
    """A photo folder seen through a transform that is applied anew at every access."""

    def __init__(self, folder: PhotoFolder, transform: Callable[[Image.Image], Tensor]) -> None:
        self._folder, self._transform = folder, transform

    def __len__(self) -> int:
        """Count the photos."""
        return len(self._folder.photos)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Return the transformed photo, shape (3, H, W), and its class index."""
        return self._transform(self._folder.photos[index]), self._folder.targets[index]


def open_photo_folder(path: Path) -> PhotoFolder:
    """Read every photo below the class folders of `path`.

    Raises:
        DataError: if there are fewer than two categories, an empty one, or a damaged photo.
    """
    if not path.is_dir():
        raise DataError(
            f"{path} is not a folder; give one that holds a folder of photos per category."
        )
    folders = sorted(
        entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")
    )
    if len(folders) < 2:
        raise DataError(
            f"{path} holds {len(folders)} category folders, and telling apart needs at least two; "
            "make one folder of photos per category."
        )
    files = [(file, target) for target, folder in enumerate(folders) for file in _photos_in(folder)]
    return PhotoFolder(
        labels=tuple(folder.name.replace("_", " ") for folder in folders),
        photos=tuple(_read(file) for file, _ in files),
        targets=tuple(target for _, target in files),
        names=tuple(file.name for file, _ in files),
    )


def _photos_in(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    if not files:
        raise DataError(
            f"The category folder {folder} holds no photo; add some or remove the folder."
        )
    return files


def _read(file: Path) -> Image.Image:
    try:
        photo = read_image(file)
    except ImageError as error:
        raise DataError(f"{file}: {error} Or remove it from the folder.") from error
    shrink = KEPT_SIDE / min(photo.size)
    if shrink >= 1:
        return photo
    return photo.resize(
        (round(photo.width * shrink), round(photo.height * shrink)), Image.Resampling.LANCZOS
    )
