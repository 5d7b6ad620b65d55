"""The reader's classes with their photos, which no other session ever sees.

Of a photo only the pixels are kept, at the size that networks need, encoded anew and without
metadata, and the name of its file, as a label. They go with "Remove my photos", and with the
session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import DataError, ImageError
from explorer.paths import SHIPPED_CLASSES
from explorer.photos.file_names import matching_label, shown
from explorer.ui.photos import photo_results
from explorer.ui.transfer.class_photos import (
    ClassPhoto,
    OpenedAtAccess,
    file_digest,
    read_class_photo,
)
from explorer.ui.transfer.link_choices import MY_CLASSES

if TYPE_CHECKING:
    from explorer.transfer.labelled_photos import LabelledPhotos, Part

MOST_CLASSES, MOST_PHOTOS = 50, 2_000  # as in `explorer.transfer.labelled_photos`
MOST_BYTES = 400_000_000  # of a session's photos; 2,000 of usual shape take some 300 MB
LONGEST_NAME = 60  # characters
_CLASSES = photo_results.declare(MY_CLASSES, photo_results.of_other_photos)
_PREPARED = photo_results.declare("teach_prepared", photo_results.of_other_photos)


@dataclass(frozen=True)
class Refused:
    """A file that was not taken.

    Attributes:
        name: name of the file.
        reason: reason, in one sentence.
    """

    name: str
    reason: str


@dataclass(eq=False)
class SessionClass:
    """A class of the reader's.

    Attributes:
        number: number that stays the same when the class is renamed.
        name: name of the class.
        photos: its photos by id, in the order in which they came.
    """

    number: int
    name: str
    photos: dict[str, ClassPhoto] = field(default_factory=dict)


@dataclass(eq=False)
class SessionClasses:
    """All classes of a session.

    Attributes:
        classes: the classes by number.
        refused: files that were not taken.
        notes: what was left out or assumed, in sentences.
    """

    classes: dict[int, SessionClass] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _numbered: int = 0

    @property
    def count(self) -> int:
        """The number of photos of all classes."""
        return sum(len(own.photos) for own in self.classes.values())

    def add_class(self, name: str) -> SessionClass:
        """Add a class without photos.

        Raises:
            DataError: if it has no name, another class has the same, or there are too many.
        """
        name = self._free_name(name)
        if len(self.classes) >= MOST_CLASSES:
            raise DataError(f"There is room for {MOST_CLASSES} classes; remove one to add another.")
        self._numbered += 1
        added = SessionClass(self._numbered, name)
        self.classes[added.number] = added
        return added

    def check_number(self, names: Sequence[str], photos: int) -> None:
        """Refuse what there is no room for, before anything of it is added.

        Args:
            names: names of the classes that the photos belong to.
            photos: number of the photos.

        Raises:
            DataError: if there would be too many classes or photos.
        """
        new = [name for name in names if self.find_class(name) is None]
        if len(self.classes) + len(new) > MOST_CLASSES:
            raise DataError(
                f"There is room for {MOST_CLASSES} classes, and with these there would be "
                f"{len(self.classes) + len(new)}; leave some out."
            )
        if photos > MOST_PHOTOS:
            raise DataError(
                f"There are {photos:,} photos, and {MOST_PHOTOS:,} are the most; leave some out, "
                "evenly from each class."
            )

    def find_class(self, name: str) -> SessionClass | None:
        """Find a class by its name; case, spaces, hyphens and underscores make no difference."""
        names = {own.name: own for own in self.classes.values()}
        return names.get(matching_label(name, tuple(names)))

    def rename(self, number: int, name: str) -> None:
        """Rename a class; raises as `add_class`."""
        own = self.classes[number]
        own.name = self._free_name(name, besides=own)

    def remove_class(self, number: int) -> None:
        """Remove a class with its photos."""
        del self.classes[number]

    def add(self, number: int, content: bytes, name: str, part: Part | None = None) -> bool:
        """Add a photo to a class, or note why it is refused; keep equal files only once.

        Args:
            number: number of the class.
            content: content of the file.
            name: name of the file, with its folders.
            part: what the reader's folders say it is for.

        Returns:
            Whether it is there now.
        """
        own, photo_id = self.classes[number], file_digest(content)
        if photo_id in own.photos:
            return True
        try:
            self._check_room(0)
            photo = read_class_photo(content, name, part)
            self._check_room(photo.nbytes)
        except (ImageError, DataError) as error:
            self.refuse(name, str(error))
            return False
        own.photos[photo_id] = photo
        return True

    def refuse(self, name: str, reason: str) -> None:
        """Note a refusal, in place of an earlier one of the same file."""
        refused = Refused(shown(name), reason)
        self.refused[:] = [*(each for each in self.refused if each.name != refused.name), refused]

    def note(self, sentence: str) -> None:
        """Note what was left out or assumed, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def move(self, photo_id: str, source: int, target: int) -> None:
        """Move a photo from one class to another."""
        photo = self.classes[source].photos.pop(photo_id)
        self.classes[target].photos[photo_id] = photo

    def remove(self, photo_id: str, number: int) -> None:
        """Remove a photo from a class."""
        del self.classes[number].photos[photo_id]

    def _free_name(self, name: str, besides: SessionClass | None = None) -> str:
        """Return a name as it is kept."""
        label = " ".join(shown(name).split())[:LONGEST_NAME]
        if not label:
            raise DataError("A class needs a name; give it one.")
        twin = self.find_class(label)
        if twin is not None and twin is not besides:
            raise DataError(
                f"There is a class {twin.name!r} already; give this one another name, or add the "
                "photos there."
            )
        return label

    def _check_room(self, added_bytes: int) -> None:
        if self.count >= MOST_PHOTOS:
            raise DataError(
                f"There is room for {MOST_PHOTOS:,} photos; remove some and add this one again."
            )
        photos = (photo for own in self.classes.values() for photo in own.photos.values())
        if sum(photo.nbytes for photo in photos) + added_bytes > MOST_BYTES:
            raise DataError(
                f"Your photos fill the {MOST_BYTES // 1_000_000} MB that there are for them; "
                "remove some and add this one again."
            )


def mine() -> SessionClasses:
    """Return the classes of the session; there may be none in it."""
    classes: SessionClasses = st.session_state.setdefault(_CLASSES, SessionClasses())
    return classes


def forget() -> None:
    """Remove the reader's classes."""
    for key in (_CLASSES, _PREPARED):
        st.session_state.pop(key, None)


def current() -> LabelledPhotos | None:
    """Return the reader's photos for teaching; None if fewer than two classes have any.

    They are put together once for each change, so that what is computed from them is, too.

    Raises:
        DataError: if a class has no photo, or there are too many classes or photos.
    """
    classes = mine().classes.values()
    if sum(bool(own.photos) for own in classes) < 2:
        return None
    key = hash(tuple((own.name, tuple(own.photos.values())) for own in classes))
    known: tuple[int, LabelledPhotos] | None = st.session_state.get(_PREPARED)
    if known is None or known[0] != key:
        known = (key, _labelled(tuple(classes)))
        st.session_state[_PREPARED] = known
    return known[1]


@st.cache_resource(show_spinner=False)
def shipped() -> LabelledPhotos:
    """Read the photos that come with the app, which all sessions share."""
    from explorer.transfer.labelled_photos import from_folder

    return from_folder(SHIPPED_CLASSES)


def _labelled(classes: Sequence[SessionClass]) -> LabelledPhotos:
    import numpy as np

    from explorer.transfer.labelled_photos import LabelledPhotos, check_classes

    labels = [own.name for own in classes]
    counts = [len(own.photos) for own in classes]
    check_classes(labels, counts)
    photos = [photo for own in classes for photo in own.photos.values()]
    parts = tuple(photo.part for photo in photos if photo.part is not None)
    return LabelledPhotos(
        photos=OpenedAtAccess(photos),
        classes=np.repeat(np.arange(len(labels)), counts),
        labels=tuple(labels),
        digests=tuple(photo.digest for photo in photos),
        names=tuple(photo.name for photo in photos),
        parts=parts if len(parts) == len(photos) else None,
        hashes=np.stack([photo.hash for photo in photos]),
    )
