"""Photos for training: one folder per class, decoded once and kept in memory.

Nothing is dropped in silence: photos are found in folders within a category's folder and under any
ending, as their content says, and a note tells of each file that is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from explorer.errors import DataError, ImageError
from explorer.photos.category_names import MOST_NAMED, classes_named, labels_of, named
from explorer.photos.file_formats import is_photo_name
from explorer.photos.file_names import is_of_system
from explorer.photos.reading import read_photo

KEPT_SIDE = 256  # pixels; photos are not shrunk below this short side
_SPLITS = {"train", "training", "val", "valid", "validation", "test", "testing"}


@dataclass(frozen=True, eq=False)
class PhotoFolder:
    """The photos of a folder of class folders.

    Attributes:
        labels: class labels in the order of their folders' names, K of them.
        photos: RGB photos, resized as `open_photo_folder` says.
        targets: class index of each photo.
        names: file name of each photo, without its class folder.
        folders: names of the class folders as they are on the disk; () if there are none.
        notes: what was left out or assumed, in sentences.
        unreadable: photos that could not be opened, each with the reason.
    """

    labels: tuple[str, ...]
    photos: tuple[Image.Image, ...]
    targets: tuple[int, ...]
    names: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()

    def transformed(self, transform: Callable[[Image.Image], Tensor]) -> TransformedPhotos:
        """Return the photos as a dataset of (transform(photo), class index)."""
        return TransformedPhotos(self, transform)

    def relabelled(self, classes: Sequence[int], labels: tuple[str, ...]) -> PhotoFolder:
        """Return the same photos with other labels.

        Args:
            classes: new index of each of the present classes.
            labels: new labels.
        """
        return replace(self, labels=labels, targets=tuple(classes[i] for i in self.targets))

    def like(self, training: PhotoFolder) -> PhotoFolder:
        """Return the same photos with the classes of the training photos, in their order.

        Raises:
            DataError: if the categories are not the same, with the names of those that differ.
        """
        own = self.folders or self.labels
        found = [classes_named(name, training.labels) for name in own]
        unknown = [name for name, classes in zip(own, found, strict=True) if len(classes) != 1]
        classes = [indices[0] for indices in found if len(indices) == 1]
        twice = [training.labels[i] for i, count in Counter(classes).items() if count > 1]
        missing = [name for i, name in enumerate(training.labels) if i not in classes]
        if unknown or twice or missing:
            raise DataError(_difference(missing, unknown, twice))
        return self.relabelled(classes, training.labels)


def _difference(missing: list[str], unknown: list[str], twice: list[str]) -> str:
    parts = (
        (missing, "only the training photos have {}"),
        (unknown, "only the validation photos have {}"),
        (twice, "the validation photos have two folders for {}"),
    )
    differences = "; ".join(text.format(named(names)) for names, text in parts if names)
    return (
        f"Training and validation folders hold different categories: {differences}. "
        "Make them alike."
    )


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


def open_photo_folder(
    path: Path, side: int = KEPT_SIDE, *, skip_unreadable: bool = False
) -> PhotoFolder:
    """Read every photo in the class folders of `path`, and in folders within them.

    Classes and photos have the order of torchvision's `ImageFolder`: names sorted as text. A file
    without a photo's ending is read if it is a photo, and else left out with a note. What systems
    leave (`._*`, `Thumbs.db`, `.DS_Store`, `__MACOSX`) is skipped.

    Args:
        path: folder that contains one folder per class.
        side: short side that is needed, in pixels; larger photos are resized to this short side,
            or to `KEPT_SIDE` if that is larger.
        skip_unreadable: whether photos that cannot be opened are listed, and the others used.

    Raises:
        DataError: if there are fewer than two classes, an empty class, a folder that cannot be
            read, two folders that look alike, or a damaged photo.
    """
    entries = _entries(path)
    folders = [entry for entry in entries if _is_folder(entry) and not entry.name.startswith(".")]
    _check_folders(path, [folder.name for folder in folders])
    labels = labels_of([folder.name for folder in folders])
    categories = [_Category(folder, max(side, KEPT_SIDE), skip_unreadable) for folder in folders]
    for category in categories:
        category.check()
    photos = [category.read() for category in categories]
    return PhotoFolder(
        labels=labels,
        photos=tuple(photo for found in photos for photo in found),
        targets=tuple(target for target, found in enumerate(photos) for _ in found),
        names=tuple(name for category in categories for name in category.names),
        folders=tuple(folder.name for folder in folders),
        notes=tuple(_notes(path, entries, categories)),
        unreadable=tuple(pair for category in categories for pair in category.unreadable.items()),
    )


@dataclass
class _Category:
    """The folder of a category while it is read.

    Attributes:
        folder: the folder.
        side: short side of a photo that is kept, in pixels.
        skips: whether a photo that cannot be opened is left out.
        names: names of the photos in the order of `ImageFolder`, below the folder.
        left_out: file that is no photo -> the reason.
        unreadable: photo that cannot be opened -> the reason.
        remarks: photo -> what was assumed when it was read.
    """

    folder: Path
    side: int
    skips: bool
    names: list[str] = field(default_factory=list)
    left_out: dict[Path, str] = field(default_factory=dict)
    unreadable: dict[Path, str] = field(default_factory=dict)
    remarks: dict[Path, str] = field(default_factory=dict)
    files: list[Path] = field(init=False)

    def __post_init__(self) -> None:
        below = [(str(folder), sorted(files)) for folder, files in _walk(self.folder, ())]
        self.files = [Path(folder, name) for folder, files in sorted(below) for name in files]

    def check(self) -> None:
        if not self.files:
            raise DataError(
                f"The category folder {self.folder} holds no photo; add some or remove the folder."
            )

    def read(self) -> list[Image.Image]:
        photos = []
        for file in self.files:
            try:
                photo = read_photo(file)
            except ImageError as error:
                self._leave_out(file, error)
                continue
            photos.append(fitted(photo.image, self.side))
            self.names.append(file.relative_to(self.folder).as_posix())
            if photo.notes:
                self.remarks[file] = photo.notes[0]
        if not photos:
            raise DataError(
                f"The category folder {self.folder} holds no photo that can be opened: "
                f"{_first(self.left_out | self.unreadable)}"
            )
        return photos

    def _leave_out(self, file: Path, error: ImageError) -> None:
        if not is_photo_name(file.name):
            self.left_out[file] = str(error)
        elif self.skips:
            self.unreadable[file] = str(error)
        else:
            raise DataError(f"{file}: {error} Or remove it from the folder.") from error


def _walk(folder: Path, above: tuple[Path, ...]) -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder with the names of its files; a link to a folder above is not followed."""
    entries, place = _entries(folder), folder.resolve()
    if place in above:
        return
    folders = {entry for entry in entries if _is_folder(entry)}
    yield folder, [entry.name for entry in entries if entry not in folders and _may_be_photo(entry)]
    for entry in entries:
        if entry in folders and not entry.name.startswith("."):
            yield from _walk(entry, (*above, place))


def _may_be_photo(file: Path) -> bool:
    return not file.name.startswith(".") or is_photo_name(file.name)


def _entries(folder: Path) -> list[Path]:
    """List the entries of a folder, sorted by name, without what systems leave there."""
    try:
        return sorted(entry for entry in folder.iterdir() if not is_of_system(entry.name))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(
            f"{folder} is not a folder; give one that holds a folder of photos per category."
        ) from error
    except OSError as error:
        raise _unreadable(folder, error) from error


def _is_folder(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        raise _unreadable(entry, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"{path} cannot be read ({error.strerror}); change its permissions or give another."
    )


def _check_folders(path: Path, names: list[str]) -> None:
    if len(names) < 2:
        raise DataError(
            f"{path} holds {len(names)} category folders, and telling apart needs at least two; "
            "make one folder of photos per category."
        )
    if _SPLITS.issuperset(name.lower() for name in names):
        raise DataError(
            f"{path} holds {named(names)}, which are parts of a data set and no categories; "
            "give one of these folders."
        )


def fitted(photo: Image.Image, side: int) -> Image.Image:
    """Return a photo whose short side has at most this number of pixels."""
    scale = side / min(photo.size)
    if scale >= 1:
        return photo
    return photo.resize(
        (round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS
    )


def _notes(path: Path, entries: list[Path], categories: list[_Category]) -> Iterator[str]:
    """Say what was left out, what lies deeper than usual, and what was assumed."""
    beside = [
        entry.name for entry in entries if not _is_folder(entry) and is_photo_name(entry.name)
    ]
    if beside:
        yield (
            f"{path}: {_photos(len(beside))} beside the category folders left out, "
            f"such as {beside[0]!r}."
        )
    spoiled = [category for category in categories if category.left_out]
    for category in spoiled[:MOST_NAMED]:
        total, kinds = len(category.files), Counter(file.suffix for file in category.left_out)
        endings = ", ".join(
            f"{count} {ending or 'without ending'}" for ending, count in kinds.items()
        )
        yield (
            f"{category.folder}: {len(category.left_out)} of {total} files left out ({endings}): "
            f"{_first(category.left_out)}"
        )
    if len(spoiled) > MOST_NAMED:
        yield f"{path}: files left out in {len(spoiled) - MOST_NAMED} more category folders."
    deeper = [category.folder / name for category in categories for name in category.names
              if "/" in name]  # fmt: skip
    if deeper:
        yield (
            f"{path}: {_photos(len(deeper))} in folders within the category folders used, too, "
            f"such as {str(deeper[0].relative_to(path))!r}."
        )
    remarks = {file: note for category in categories for file, note in category.remarks.items()}
    if remarks:
        yield f"{path}: {_photos(len(remarks))} read with a choice: {_first(remarks)}"


def _photos(count: int) -> str:
    return f"{count:,} photo{'' if count == 1 else 's'}"


def _first(reasons: dict[Path, str]) -> str:
    file, reason = next(iter(reasons.items()))
    return f"{file.name!r}: {reason}"
