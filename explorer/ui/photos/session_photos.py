"""The photos of a session: the samples, and the reader's own, which no other session ever sees.

Of an upload only the pixels are kept, encoded anew, without metadata, and the name of the file, as
a label. Large photos are scaled down, to several times the size of a network's input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ImageError
from explorer.figures.pictures import compact, fitted, jpeg, square
from explorer.photos.file_names import shown
from explorer.photos.photo_archive import ArchiveLimits, open_photo_archive
from explorer.photos.samples import IN_TRAY, SAMPLES, Sample
from explorer.serving.policy import MEBIBYTE, PHOTO_MB, ZIP_MB
from explorer.ui.frame import link_state
from explorer.ui.photos.link_choices import SAMPLE, UPLOAD

if TYPE_CHECKING:
    from PIL import Image

MOST_UPLOADS = 200
MOST_BYTES = 300_000_000  # total size of a session's uploads
_UPLOADS, _PROBLEMS, _COUNT = "uploads", "upload_problems", "upload_count"


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo to choose from.

    Attributes:
        id: name of a sample, or digest of an upload.
        title: title of the photo, e.g. "Photo 2"; it may be logged, and never names a file.
        shown: the photo at display size, as JPEG.
        size: width and height of `shown` in pixels.
        thumbnail: the central square of the photo, as JPEG.
        sample: sample that the photo is; None for an upload.
        encoded: encoded pixels of an upload; None for a sample.
        file: name of the reader's file, with its folders; "" for a sample or the camera. It is for
            this reader's eyes and exports alone.
        notes: what was chosen or assumed when an upload was read, in sentences.
    """

    id: str
    title: str
    shown: bytes
    size: tuple[int, int]
    thumbnail: bytes
    sample: Sample | None = None
    encoded: bytes | None = None
    notes: tuple[str, ...] = ()
    file: str = ""

    @property
    def caption(self) -> str:
        """The title for this reader, with the name of the file."""
        return captioned(self.title, self.file)

    @property
    def short_caption(self) -> str:
        """The title with the name of the file, without its folders."""
        return captioned(self.title, self.file.rpartition("/")[2])

    @property
    def nbytes(self) -> int:
        """Memory that the encoded photo and its smaller copies take, in bytes."""
        return len(self.encoded or b"") + len(self.shown) + len(self.thumbnail)

    def open(self) -> Image.Image:
        """Decode the photo as an RGB image at the size at which it is kept."""
        if self.sample is not None:
            return self.sample.open()
        from explorer.photos.reading import read_image

        return read_image(self.encoded or b"")


def captioned(title: str, file: str) -> str:
    """Return the title of an upload with the name of its file, if that is known."""
    return f"{title} · {file}" if file else title


@st.cache_resource(show_spinner=False, max_entries=len(SAMPLES))
def of_sample(name: str) -> Photo:
    """Prepare a sample, which all sessions share."""
    sample = SAMPLES[name]
    return _prepared(name, sample.title, sample.open(), sample=sample)


def uploads() -> dict[str, Photo]:
    """Return the reader's own photos by id, in order."""
    photos: dict[str, Photo] = st.session_state.setdefault(_UPLOADS, {})
    return photos


def samples() -> list[Photo]:
    """Return the samples that the tray shows at once; the others are a click away."""
    return [of_sample(name) for name in IN_TRAY]


def all_samples() -> list[Photo]:
    """Return every photo that ships with the app."""
    return [of_sample(name) for name in SAMPLES]


def chosen() -> Photo:
    """Return the photo to explain."""
    upload = uploads().get(link_state.get(UPLOAD))
    return upload or of_sample(link_state.get(SAMPLE))


def choose(photo_id: str) -> None:
    """Choose a sample or an upload; ignore any other id."""
    if photo_id in SAMPLES:
        link_state.choose(SAMPLE, photo_id)
    elif photo_id in uploads():
        link_state.choose(UPLOAD, photo_id)


@dataclass(frozen=True)
class Refused:
    """A refused upload.

    Attributes:
        title: title that the photo would have got, with the name of its file.
        reason: reason for the refusal, in one sentence.
        id: digest of the file.
    """

    title: str
    reason: str
    id: str


def refused() -> list[Refused]:
    """Return the refused uploads, kept until the reader clears the list."""
    problems: list[Refused] = st.session_state.setdefault(_PROBLEMS, [])
    return problems


def add(encoded: bytes, file: str = "") -> str | None:
    """Add an upload and return its id, or None if it is refused; keep equal files only once.

    Args:
        encoded: content of the file.
        file: name of the file, as the browser states it; "" if it has none.
    """
    photo_id = _digest(encoded)
    if photo_id in uploads():
        return photo_id
    st.session_state[_COUNT] = number = count() + 1
    title, name = f"Photo {number}", shown(file)
    try:
        uploads()[photo_id] = _read_upload(photo_id, title, encoded, name)
    except ImageError as error:
        _refuse(Refused(captioned(title, name), str(error), photo_id))
        return None
    return photo_id


def add_archive(encoded: bytes, file: str) -> Iterator[tuple[float, str | None]]:
    """Add the photos in a ZIP archive; their names keep its folders, which may be categories.

    Whoever stops halfway may begin again: what is added stays, and is not added twice.

    Args:
        encoded: content of the archive.
        file: name of the archive.

    Yields:
        The share of its photos that are read, and the id of the one added; None if it is refused.
    """
    try:
        archive = open_photo_archive(encoded, ArchiveLimits(ZIP_MB, MOST_UPLOADS))
        for number, (path, content) in enumerate(archive.photos(), 1):
            yield number / len(archive.paths), add(content, "/".join(path))
    except ImageError as error:
        _refuse(Refused(shown(file), str(error), _digest(encoded)))


def _digest(encoded: bytes) -> str:
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def _refuse(upload: Refused) -> None:
    """Note a refusal, in place of an earlier one of the same file."""
    problems = refused()
    problems[:] = [*(earlier for earlier in problems if earlier.id != upload.id), upload]


def count() -> int:
    """Return the number of uploads so far, with those that are removed or refused."""
    return int(st.session_state.get(_COUNT, 0))


def restore(photos: Mapping[str, Photo], numbered: int) -> None:
    """Put photos in front of those of this session, and number further ones after them.

    Args:
        photos: the photos by id, in order.
        numbered: number of uploads from which their titles were made.
    """
    st.session_state[_UPLOADS] = {**photos, **uploads()}
    st.session_state[_COUNT] = max(count(), numbered)


def move(photo_id: str, places: int) -> None:
    """Move an upload towards the end of the reader's photos, or back if `places` is negative."""
    order = list(uploads())
    index = order.index(photo_id)
    order.insert(max(0, index + places), order.pop(index))
    st.session_state[_UPLOADS] = {id: uploads()[id] for id in order}


def remove(photo_id: str) -> None:
    """Remove an upload, and choose the photo at its position."""
    order = list(uploads())
    index = order.index(photo_id)
    del uploads()[photo_id]
    link_state.forget(UPLOAD, photo_id)
    left = [id for id in order if id != photo_id]
    choose(left[min(index, len(left) - 1)] if left else link_state.get(SAMPLE))


def forget() -> None:
    """Remove the reader's photos, and return to the sample chosen last."""
    for photo_id in uploads():
        link_state.forget(UPLOAD, photo_id)
    for key in (_UPLOADS, _PROBLEMS, _COUNT):
        st.session_state.pop(key, None)
    link_state.choose(SAMPLE, link_state.get(SAMPLE))


def _read_upload(photo_id: str, title: str, encoded: bytes, file: str) -> Photo:
    from explorer.photos.reading import read_photo

    if len(encoded) > PHOTO_MB * MEBIBYTE:  # the server accepts larger checkpoints
        raise ImageError(f"A photo may have up to {PHOTO_MB} MB; save a smaller copy of it.")
    _check_limits(0)
    read = read_photo(encoded, file)
    photo = _prepared(photo_id, title, read.image, encoded=compact(read.image))
    photo = replace(photo, notes=read.notes, file=file)
    _check_limits(photo.nbytes)
    return photo


def _check_limits(added_bytes: int) -> None:
    if len(uploads()) >= MOST_UPLOADS:
        raise ImageError(
            f"There is room for {MOST_UPLOADS} photos; remove some and upload this one again."
        )
    if sum(photo.nbytes for photo in uploads().values()) + added_bytes > MOST_BYTES:
        raise ImageError(
            f"Your photos fill the {MOST_BYTES // 1_000_000} MB that there are for them; "
            "remove some and upload this one again."
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
