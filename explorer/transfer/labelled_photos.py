"""Photos with their classes, as a reader brings them to teach a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import DataError
from explorer.features.identity import photo_digest
from explorer.photos.category_names import labels_of, named
from explorer.photos.class_folders import KEPT_SIDE, PhotoFolder, fitted, open_photo_folder
from explorer.photos.file_formats import is_photo_name
from explorer.photos.near_duplicates import Groups, Hashes, duplicate_groups, gradient_hashes

MOST_CLASSES, MOST_PHOTOS = 50, 2_000
_CHECKED = ("test", "testing")
_CHOSEN = ("val", "valid", "validation")
_LEARNED = ("train", "training")

Indices = NDArray[np.intp]


class Part(StrEnum):
    """What a photo is for."""

    LEARN = "learn"
    CHOOSE = "choose"
    CHECK = "check"


@dataclass(frozen=True, eq=False)
class LabelledPhotos:
    """N photos of K classes.

    Attributes:
        photos: RGB photos; the short side has at most `KEPT_SIDE` pixels. They may be opened at
            access.
        classes: class index of each photo, shape (N,).
        labels: class labels, K of them.
        digests: digest of each photo.
        names: name of each photo, for people; () if they have none.
        parts: what the folders say each photo is for; None if they say nothing.
        notes: what was left out or assumed, in sentences.
        unreadable: photos that could not be opened and are left out, each with the reason.
        hashes: gradient hash of each photo, shape (N, 256); None computes them when needed.
    """

    photos: Sequence[Image.Image]
    classes: Indices
    labels: tuple[str, ...]
    digests: tuple[str, ...]
    names: tuple[str, ...] = ()
    parts: tuple[Part, ...] | None = None
    notes: tuple[str, ...] = field(default=())
    unreadable: tuple[tuple[Path, str], ...] = ()
    hashes: Hashes | None = None

    @cached_property
    def groups(self) -> Groups:
        """The group of near duplicates of each photo, shape (N,); computed at first use."""
        hashes = gradient_hashes(self.photos) if self.hashes is None else self.hashes
        return duplicate_groups(hashes)

    @property
    def counts(self) -> Indices:
        """The number of photos of each class, shape (K,)."""
        return np.bincount(self.classes, minlength=len(self.labels))


def labelled(
    labels: Sequence[str],
    photos: Sequence[Sequence[Image.Image]],
    names: Sequence[Sequence[str]] = (),
) -> LabelledPhotos:
    """Put the photos of classes together.

    Args:
        labels: names of the classes.
        photos: photos of each class.
        names: names of the photos of each class, for people; () if they have none.

    Raises:
        DataError: if there are too few or too many classes or photos, a class has no photo or no
            name, or two classes have the same name.
    """
    check_classes(labels, [len(own) for own in photos])
    every = tuple(fitted(photo, KEPT_SIDE) for own in photos for photo in own)
    return LabelledPhotos(
        photos=every,
        classes=np.repeat(np.arange(len(labels)), [len(own) for own in photos]),
        labels=labels_of(labels),
        digests=tuple(map(photo_digest, every)),
        names=tuple(name for own in names for name in own),
    )


def check_classes(labels: Sequence[str], counts: Sequence[int]) -> None:
    """Refuse classes that no network can be taught.

    Args:
        labels: names of the classes.
        counts: number of photos of each class.

    Raises:
        DataError: as for `labelled`.
    """
    _check_labels(labels)
    for label, count in zip(labels, counts, strict=True):
        if not count:
            raise DataError(f"The class {label!r} has no photo; add some, or remove the class.")
    _check_count(sum(counts))


def from_folder(path: Path, most: int = MOST_PHOTOS) -> LabelledPhotos:
    """Read a folder of class folders, or of `train` and `test` (or `val`) with these in each.

    If there are all three, the photos of `val` are those to choose on.

    Args:
        path: the folder.
        most: number of photos that are allowed.

    Raises:
        DataError: as for `explorer.photos.class_folders.open_photo_folder`, or if there are too
            many photos or classes, or the parts hold different classes.
    """
    _check_count(_photos_below(path, most), most)
    return _combined(
        {
            part: open_photo_folder(folder, skip_unreadable=True)
            for part, folder in _parts_in(path).items()
        }
    )


def parts_named(folders: Iterable[str]) -> dict[str, Part]:
    """Return what the photos in folders are for, by the folders' names.

    Args:
        folders: names of all folders that lie beside each other.

    Returns:
        Name -> part, for the folders that name one; {} unless some photos are to learn from, and
        some to check with.
    """
    known = {name.lower(): name for name in folders}
    learn, choose, check = (
        next((known[name] for name in names if name in known), None)
        for names in (_LEARNED, _CHOSEN, _CHECKED)
    )
    check, choose = (check, choose) if check else (choose, None)
    if learn is None or check is None:
        return {}
    found = {learn: Part.LEARN, check: Part.CHECK}
    return found if choose is None else {**found, choose: Part.CHOOSE}


def _parts_in(path: Path) -> dict[Part | None, Path]:
    """Find the folders that say what photos are for; the folder itself if there are not both."""
    found = parts_named(entry.name for entry in path.glob("*") if entry.is_dir())
    folders: dict[Part | None, Path] = {part: path / name for name, part in found.items()}
    if not folders:
        return {None: path}
    return {part: folders[part] for part in Part if part in folders}


def _combined(folders: dict[Part | None, PhotoFolder]) -> LabelledPhotos:
    first = next(iter(folders.values()))
    _check_labels(first.labels)
    alike = {part: folder.like(first) for part, folder in folders.items()}
    photos = tuple(photo for folder in alike.values() for photo in folder.photos)
    parts = [part for part, folder in alike.items() if part for _ in folder.photos]
    return LabelledPhotos(
        photos=photos,
        classes=np.array([target for folder in alike.values() for target in folder.targets]),
        labels=first.labels,
        digests=tuple(map(photo_digest, photos)),
        names=tuple(name for folder in alike.values() for name in folder.names),
        parts=tuple(parts) or None,
        notes=tuple(note for folder in folders.values() for note in folder.notes),
        unreadable=tuple(pair for folder in folders.values() for pair in folder.unreadable),
    )


def _photos_below(path: Path, most: int) -> int:
    """Count the files that are named like photos, up to one more than are allowed."""
    count = 0
    for file in path.rglob("*"):
        count += is_photo_name(file.name)
        if count > most:
            break
    return count


def _check_count(count: int, most: int = MOST_PHOTOS) -> None:
    if count > most:
        raise DataError(
            f"There are more than {most:,} photos; leave some out, evenly from each class."
        )


def _check_labels(labels: Sequence[str]) -> None:
    if not 2 <= len(labels) <= MOST_CLASSES:
        raise DataError(
            f"There {'is' if len(labels) == 1 else 'are'} {len(labels)} class"
            f"{'' if len(labels) == 1 else 'es'}; telling apart needs 2 to {MOST_CLASSES}."
        )
    if not all(label.strip() for label in labels):
        raise DataError("A class has no name; give it one.")
    seen: dict[str, str] = {}
    for label in labels:
        look = " ".join(label.replace("_", " ").split()).casefold()
        if look in seen:
            raise DataError(
                f"Two classes have the same name, {named([seen[look], label])}; "
                "merge them or rename one."
            )
        seen[look] = label
