"""The photos of a session: the samples, and the reader's own, which no other session ever sees.

An upload is kept as it came, as bytes, with two small pictures to show. Its file name is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import streamlit as st

from explorer.errors import ImageError
from explorer.figures.pictures import fitted, jpeg, square
from explorer.house import MEBIBYTE, PHOTO_MB
from explorer.samples import SAMPLES, Sample
from explorer.ui import choices

if TYPE_CHECKING:
    from PIL import Image

MOST_UPLOADS = 24
MOST_BYTES = 200_000_000  # of a session's uploads together
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
        encoded: the upload as it came; None for a sample.
    """

    id: str
    title: str
    shown: bytes
    size: tuple[int, int]
    thumbnail: bytes
    sample: Sample | None = None
    encoded: bytes | None = None

    def open(self) -> Image.Image:
        """Decode the photo at its full size, as an RGB picture."""
        if self.sample is not None:
            return self.sample.open()
        from explorer.images import read_image

        return read_image(self.encoded or b"")


@st.cache_resource(show_spinner=False, max_entries=len(SAMPLES))
def of_sample(name: str) -> Photo:
    """Prepare a sample; all sessions share it."""
    sample = SAMPLES[name]
    return _prepared(name, sample.title, sample.open(), sample=sample)


def uploads() -> dict[str, Photo]:
    """The reader's own photos by id, oldest first."""
    found: dict[str, Photo] = st.session_state.setdefault(_UPLOADS, {})
    return found


def chosen() -> Photo:
    """The photo to explain."""
    upload = uploads().get(choices.get(choices.UPLOAD))
    return upload or of_sample(choices.get(choices.SAMPLE))


def problems() -> list[str]:
    """Why files of the last upload could not be taken, a sentence each."""
    return list(st.session_state.get(_PROBLEMS, []))


def add(files: Sequence[BinaryIO]) -> None:
    """Take uploaded files, choose the first good one, and remember why others were refused."""
    refused, taken = [], []
    for number, file in enumerate(files, start=1):
        try:
            taken.append(_take(file.read()))
        except ImageError as error:
            which = f"File {number} of {len(files)}: " if len(files) > 1 else ""
            refused.append(f"{which}{error}")
    st.session_state[_PROBLEMS] = refused
    if taken:
        choices.choose(choices.UPLOAD, taken[0])


def forget() -> None:
    """Remove the reader's photos, and go back to the sample chosen last."""
    for name in (_UPLOADS, _PROBLEMS, _COUNT):
        st.session_state.pop(name, None)
    choices.choose(choices.SAMPLE, choices.get(choices.SAMPLE))


def _take(encoded: bytes) -> str:
    from explorer.images import read_image

    photo_id = hashlib.blake2b(encoded, digest_size=16).hexdigest()
    if photo_id in uploads():
        return photo_id
    _check_room(encoded)
    image = read_image(encoded)
    st.session_state[_COUNT] = number = st.session_state.get(_COUNT, 0) + 1
    uploads()[photo_id] = _prepared(photo_id, f"Photo {number}", image, encoded=encoded)
    return photo_id


def _check_room(encoded: bytes) -> None:
    if len(encoded) > PHOTO_MB * MEBIBYTE:  # the server lets larger checkpoints through
        raise ImageError(f"A photo may have up to {PHOTO_MB} MB; save a smaller copy of it.")
    used = sum(len(photo.encoded or b"") for photo in uploads().values())
    if len(uploads()) >= MOST_UPLOADS or used + len(encoded) > MOST_BYTES:
        raise ImageError(
            f"There is room for {MOST_UPLOADS} photos and {MOST_BYTES / 1e6:.0f} MB; "
            "remove your photos and upload these again."
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
