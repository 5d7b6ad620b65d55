"""Which class of a network each category folder means, when it is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.errors import DataError
from explorer.photos.category_names import are_numbers, classes_named, named


@dataclass(frozen=True)
class FolderClasses:
    """The classes of category folders.

    Attributes:
        indices: index of each folder's class, in the order of the folders.
        notes: how the names were read where they could be read otherwise, in sentences.
    """

    indices: tuple[int, ...]
    notes: tuple[str, ...] = ()


def classes_of_folders(folders: Sequence[str], labels: Sequence[str]) -> FolderClasses:
    """Find the class of each folder by its name, or by its place if the classes have no names.

    Args:
        folders: names of the folders, sorted as text.
        labels: labels of the network's classes, K of them; "class 0", "class 1", ... if its file
            names none.

    Raises:
        DataError: if a folder means no class or several.
    """
    found = [classes_named(name, labels) for name in folders]
    if all(len(indices) == 1 for indices in found):
        indices = tuple(index for (index,) in found)
        notes = [*_number_notes(folders, indices, len(labels)), *_without_folder(indices, labels)]
        return FolderClasses(indices, tuple(notes))
    if all(label == f"class {index}" for index, label in enumerate(labels)):
        return _by_place(folders, len(labels))
    if are_numbers(folders) and not any(found) and max(map(int, folders)) < len(labels):
        first = f"folder {folders[0]} is {labels[int(folders[0])]!r}"
        note = f"The folders' numbers are read as the indices of the network's outputs: {first}."
        return FolderClasses(tuple(map(int, folders)), (note,))
    raise DataError(_mismatch(folders, found, labels))


def _number_notes(folders: Sequence[str], indices: Sequence[int], classes: int) -> tuple[str, ...]:
    """Say that numbers are labels, where they could be taken for indices of outputs."""
    numbers = zip(folders, indices, strict=True)
    other = [(n, i) for n, i in numbers if are_numbers([n]) and i != int(n) < classes]
    return tuple(
        f"The folders' numbers are read as labels, not as indices of outputs: folder {number} is "
        f"output {index}."
        for number, index in other[-1:]
    )


def _without_folder(indices: Sequence[int], labels: Sequence[str]) -> tuple[str, ...]:
    missing = [label for index, label in enumerate(labels) if index not in set(indices)]
    if not missing:
        return ()
    return (f"{len(missing)} of {len(labels)} classes have no folder here: {named(missing)}.",)


def _by_place(folders: Sequence[str], classes: int) -> FolderClasses:
    """Take folders for the classes of a network that names none, sorted as ImageFolder does."""
    order = list(folders) if len(folders) == classes else _numbers_like(folders, classes)
    if not set(folders) <= set(order):
        raise DataError(
            f"The weights name none of their {classes} classes, and {len(folders)} folders are "
            "too few to tell by their order; name the classes with --labels FILE."
        )
    note = (
        "The weights name no classes: their outputs are taken for the folders in the order in "
        f"which torchvision's ImageFolder sorts them, as text: {named(order)}. "
        "If that is wrong, name the classes with --labels FILE."
    )
    return FolderClasses(tuple(order.index(name) for name in folders), (note,))


def _numbers_like(folders: Sequence[str], classes: int) -> list[str]:
    """Return all folders of which some are here, if they are numbered from 0 or 1; sorted as text.

    Numbers from 1 are assumed only if the last of them is here.
    """
    if not are_numbers(folders):
        return []
    padded = any(name.startswith("0") and len(name) > 1 for name in folders)
    digits = max(map(len, folders)) if padded else 1
    ends = {0: "0".zfill(digits), 1: str(classes).zfill(digits)}
    start = next((start for start, end in ends.items() if end in folders), None)
    if start is None:
        return []
    return sorted(str(number).zfill(digits) for number in range(start, start + classes))


def _mismatch(folders: Sequence[str], found: list[list[int]], labels: Sequence[str]) -> str:
    several = [name for name, indices in zip(folders, found, strict=True) if len(indices) > 1]
    if several:
        return f"{named(several)}: several classes of these weights have this name; rename them."
    unknown = [name for name, indices in zip(folders, found, strict=True) if not indices]
    are = "is" if len(unknown) == 1 else "are"
    return (
        f"{named(unknown)} {are} none of the {len(labels)} classes of these weights. Name the "
        f"folders as they are, such as {labels[0]!r}, or the classes with --labels FILE."
    )
