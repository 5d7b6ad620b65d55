"""Photos for training: one folder per category, decoded once and kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from explorer.errors import DataError, ImageError
from explorer.photos.reading import read_image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"}
KEPT_SIDE = 256  # pixels of the short side that stay in memory, unless more are needed


@dataclass(frozen=True, eq=False)
class PhotoFolder:
    """The photos of a folder of class folders.

    Attributes:
        labels: category names in the order of their folders' names, K of them.
        photos: RGB pictures, of the size that `open_photo_folder` was asked for.
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


def open_photo_folder(path: Path, side: int = KEPT_SIDE) -> PhotoFolder:
    """Read every photo below the class folders of `path`.

    Args:
        path: the folder.
        side: pixels of the short side that are needed; larger photos are kept at this size, or at
            `KEPT_SIDE` if that is more.

    Raises:
        DataError: if there are fewer than two categories, an empty one, a folder that may not be
            read, or a damaged photo.
    """
    folders = _entries(path, lambda entry: entry.is_dir() and not entry.name.startswith("."))
    if len(folders) < 2:
        raise DataError(
            f"{path} holds {len(folders)} category folders, and telling apart needs at least two; "
            "make one folder of photos per category."
        )
    files = [(file, target) for target, folder in enumerate(folders) for file in _photos_in(folder)]
    return PhotoFolder(
        labels=tuple(folder.name.replace("_", " ") for folder in folders),
        photos=tuple(_read(file, max(side, KEPT_SIDE)) for file, _ in files),
        targets=tuple(target for _, target in files),
        names=tuple(file.name for file, _ in files),
    )


def _entries(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """List what is wanted of a folder, sorted by name."""
    try:
        return sorted(filter(wanted, folder.iterdir()))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(
            f"{folder} is not a folder; give one that holds a folder of photos per category."
        ) from error
    except OSError as error:
        raise DataError(
            f"{folder} cannot be read ({error.strerror}); change its permissions or give another."
        ) from error


def _photos_in(folder: Path) -> list[Path]:
    files = _entries(folder, lambda file: file.suffix.lower() in SUFFIXES)
    if not files:
        raise DataError(
            f"The category folder {folder} holds no photo; add some or remove the folder."
        )
    return files


def _read(file: Path, side: int) -> Image.Image:
    try:
        photo = read_image(file)
    except ImageError as error:
        raise DataError(f"{file}: {error} Or remove it from the folder.") from error
    shrink = side / min(photo.size)
    if shrink >= 1:
        return photo
    return photo.resize(
        (round(photo.width * shrink), round(photo.height * shrink)), Image.Resampling.LANCZOS
    )
