"""Photos for training: one folder per class, decoded once and kept in memory."""

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
KEPT_SIDE = 256  # pixels; photos are not shrunk below this short side


@dataclass(frozen=True, eq=False)
class PhotoFolder:
    """The photos of a folder of class folders.

    Attributes:
        labels: class labels in the order of their folders' names, K of them.
        photos: RGB photos, resized as `open_photo_folder` says.
        targets: class index of each photo.
        names: file name of each photo, without its class folder.
    """

    labels: tuple[str, ...]
    photos: tuple[Image.Image, ...]
    targets: tuple[int, ...]
    names: tuple[str, ...] = ()

    def transformed(self, transform: Callable[[Image.Image], Tensor]) -> TransformedPhotos:
        """Return the photos as a dataset of (transform(photo), class index)."""
        return TransformedPhotos(self, transform)


class TransformedPhotos(Dataset[tuple[Tensor, int]]):
    """A photo folder with a transform that is applied at every access.

    Args:
        folder: the photos.
        transform: function from an RGB photo to a tensor, shape (3, H, W).
    """

    def __init__(self, folder: PhotoFolder, transform: Callable[[Image.Image], Tensor]) -> None:
        self._folder, self._transform = folder, transform

    def __len__(self) -> int:
        """Return the number of photos."""
        return len(self._folder.photos)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Return the transformed photo, shape (3, H, W), and its class index."""
        return self._transform(self._folder.photos[index]), self._folder.targets[index]


def open_photo_folder(path: Path, side: int = KEPT_SIDE) -> PhotoFolder:
    """Read every photo in the class folders of `path`.

    Args:
        path: folder that contains one folder per class.
        side: short side that is needed, in pixels; larger photos are resized to this short side,
            or to `KEPT_SIDE` if that is larger.

    Raises:
        DataError: if there are fewer than two classes, an empty class, a folder that cannot be
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
        photos=tuple(_read_photo(file, max(side, KEPT_SIDE)) for file, _ in files),
        targets=tuple(target for _, target in files),
        names=tuple(file.name for file, _ in files),
    )


def _entries(folder: Path, accept: Callable[[Path], bool]) -> list[Path]:
    """List the entries of a folder that a filter accepts, sorted by name."""
    try:
        return sorted(filter(accept, folder.iterdir()))
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


def _read_photo(file: Path, side: int) -> Image.Image:
    try:
        photo = read_image(file)
    except ImageError as error:
        raise DataError(f"{file}: {error} Or remove it from the folder.") from error
    scale = side / min(photo.size)
    if scale >= 1:
        return photo
    return photo.resize(
        (round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS
    )
