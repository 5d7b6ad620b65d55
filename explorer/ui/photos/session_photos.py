"""The photos of a session: the samples, and the reader's own, which no other session ever sees.

Of an upload only its pixels are kept, encoded anew: neither its metadata nor its file name. Large
photos are kept smaller, still several times as large as what a network sees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ImageError
from explorer.figures.pictures import compact, fitted, jpeg, square
from explorer.photos.samples import SAMPLES, Sample
from explorer.serving.policy import MEBIBYTE, PHOTO_MB
from explorer.ui.frame import link_state

if TYPE_CHECKING:
    from PIL import Image

MOST_UPLOADS = 200
MOST_BYTES = 300_000_000  # of all that a session keeps of its uploads
_UPLOADS, _PROBLEMS, _COUNT = "uploads", "upload_problems", "upload_count"


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo to choose from.

    Attributes:
        id: a sample's name, or the digest of an upload.
        title: its name for people, e.g. "Photo 2".
        shown: the photo at the size at which it is shown, as JPEG.
        size: columns and rows of that picture.
        thumbnail: its middle, as JPEG.
        sample: where it comes from; None for an upload.
        encoded: an upload's pixels, encoded; None for a sample.
    """

    id: str
    title: str
    shown: bytes
    size: tuple[int, int]
    thumbnail: bytes
    sample: Sample | None = None
    encoded: bytes | None = None

    @property
    def nbytes(self) -> int:
        """The memory that its pictures take."""
        return len(self.encoded or b"") + len(self.shown) + len(self.thumbnail)

    def open(self) -> Image.Image:
        """Decode the photo as an RGB picture, as large as it is kept."""
        if self.sample is not None:
            return self.sample.open()
        from explorer.photos.reading import read_image

        return read_image(self.encoded or b"")


@st.cache_resource(show_spinner=False, max_entries=len(SAMPLES))
def of_sample(name: str) -> Photo:
    """Prepare a sample; all sessions share it."""
    sample = SAMPLES[name]
    return _prepared(name, sample.title, sample.open(), sample=sample)


def uploads() -> dict[str, Photo]:
    """The reader's own photos by id, in their order."""
    found: dict[str, Photo] = st.session_state.setdefault(_UPLOADS, {})
    return found


def samples() -> list[Photo]:
    """The photos that come with the app."""
    return [of_sample(name) for name in SAMPLES]


def chosen() -> Photo:
    """The photo to explain."""
    upload = uploads().get(link_state.get(link_state.UPLOAD))
    return upload or of_sample(link_state.get(link_state.SAMPLE))


def choose(photo_id: str) -> None:
    """Choose a sample or an upload; what is neither changes nothing."""
    if photo_id in SAMPLES:
        link_state.choose(link_state.SAMPLE, photo_id)
    elif photo_id in uploads():
        link_state.choose(link_state.UPLOAD, photo_id)


@dataclass(frozen=True)
class Refused:
    """An upload that could not be taken.

    Attributes:
        title: as the photo would have been called: uploads are counted, never named.
        reason: one sentence.
    """

    title: str
    reason: str


def refused() -> list[Refused]:
    """The uploads that could not be taken, until the reader has read that."""
    found: list[Refused] = st.session_state.setdefault(_PROBLEMS, [])
    return found


def add(encoded: bytes) -> str | None:
    """Take an upload and return its id; None if it is refused. The same photo is kept once."""
    photo_id = hashlib.blake2b(encoded, digest_size=16).hexdigest()
    if photo_id in uploads():
        return photo_id
    st.session_state[_COUNT] = number = st.session_state.get(_COUNT, 0) + 1
    title = f"Photo {number}"
    try:
        uploads()[photo_id] = _taken(photo_id, title, encoded)
    except ImageError as error:
        refused().append(Refused(title, str(error)))
        return None
    return photo_id


def move(photo_id: str, places: int) -> None:
    """Move an upload towards the end of the reader's photos, or with a negative number back."""
    order = list(uploads())
    at = order.index(photo_id)
    order.insert(max(0, at + places), order.pop(at))
    st.session_state[_UPLOADS] = {name: uploads()[name] for name in order}


def remove(photo_id: str) -> None:
    """Remove one upload, and choose the one that takes its place."""
    order = list(uploads())
    at = order.index(photo_id)
    del uploads()[photo_id]
    left = [name for name in order if name != photo_id]
    choose(left[min(at, len(left) - 1)] if left else link_state.get(link_state.SAMPLE))


def forget() -> None:
    """Remove the reader's photos, and go back to the sample chosen last."""
    for name in (_UPLOADS, _PROBLEMS, _COUNT):
        st.session_state.pop(name, None)
    link_state.choose(link_state.SAMPLE, link_state.get(link_state.SAMPLE))


def _taken(photo_id: str, title: str, encoded: bytes) -> Photo:
    from explorer.photos.reading import read_image

    if len(encoded) > PHOTO_MB * MEBIBYTE:  # the server lets larger checkpoints through
        raise ImageError(f"A photo may have up to {PHOTO_MB} MB; save a smaller copy of it.")
    _check_room(0)
    image = read_image(encoded)
    photo = _prepared(photo_id, title, image, encoded=compact(image))
    _check_room(photo.nbytes)
    return photo


def _check_room(wanted: int) -> None:
    used = sum(photo.nbytes for photo in uploads().values())
    if len(uploads()) >= MOST_UPLOADS or used + wanted > MOST_BYTES:
        raise ImageError(
            f"There is room for {MOST_UPLOADS} photos; remove some and upload this one again."
        )


def _prepared(
    photo_id: str,
    title: str,
    image: Image.Image,
    sample: Sample | None = None,
    encoded: bytes | None = None,
) -> Photo:
    small = fitted(image)
    thumbnail = jpeg(square(small))
    return Photo(photo_id, title, jpeg(small), small.size, thumbnail, sample, encoded)
