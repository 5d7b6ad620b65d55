"""A photo of a class, as a session keeps it: pixels at the size that networks need, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from explorer.errors import ImageError
from explorer.figures.pictures import compact, jpeg, square
from explorer.photos.file_names import shown
from explorer.photos.reading import read_image, read_photo
from explorer.serving.policy import MEBIBYTE, PHOTO_MB

if TYPE_CHECKING:
    from PIL import Image

    from explorer.photos.near_duplicates import Hashes
    from explorer.transfer.labelled_photos import Part

_THUMBNAIL = 64  # pixels


@dataclass(frozen=True, eq=False)
class ClassPhoto:
    """A photo of a class.

    Attributes:
        id: digest of the file that it came from.
        digest: digest of the pixels that are kept, as `photo_digest` computes it.
        name: name of the reader's file, with its folders; for this reader's eyes alone.
        encoded: encoded pixels.
        thumbnail: the central square, as JPEG.
        hash: gradient hash, which tells near duplicates, shape (256,).
        part: what the reader's folders say it is for; None if they say nothing.
        notes: what was chosen or assumed when it was read, in sentences.
    """

    id: str
    digest: str
    name: str
    encoded: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    hash: Hashes = field(repr=False)
    part: Part | None = None
    notes: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """The bytes that it takes in memory."""
        return len(self.encoded) + len(self.thumbnail)


class OpenedAtAccess(Sequence["Image.Image"]):
    """Photos that are decoded when they are needed, so that not all are in memory at once."""

    def __init__(self, photos: Sequence[ClassPhoto]) -> None:
        self._encoded = tuple(photo.encoded for photo in photos)

    def __len__(self) -> int:
        return len(self._encoded)

    @overload
    def __getitem__(self, index: int) -> Image.Image: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Image.Image, ...]: ...
    def __getitem__(self, index: int | slice) -> Image.Image | tuple[Image.Image, ...]:
        if isinstance(index, slice):
            return tuple(map(read_image, self._encoded[index]))
        return read_image(self._encoded[index])


def file_digest(content: bytes) -> str:
    """Return a digest of the content of a file."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read_class_photo(content: bytes, name: str, part: Part | None = None) -> ClassPhoto:
    """Read a reader's file.

    Args:
        content: content of the file.
        name: name of the file, with its folders.
        part: what the reader's folders say it is for.

    Raises:
        ImageError: if it is no photo, damaged or too large.
    """
    from explorer.features.identity import photo_digest
    from explorer.photos.class_folders import KEPT_SIDE, fitted
    from explorer.photos.near_duplicates import gradient_hash

    if len(content) > PHOTO_MB * MEBIBYTE:  # the server accepts larger archives
        raise ImageError(f"A photo may have up to {PHOTO_MB} MB; save a smaller copy of it.")
    read = read_photo(content, name)
    encoded = compact(fitted(read.image, KEPT_SIDE))
    kept = read_image(encoded)
    return ClassPhoto(
        id=file_digest(content),
        digest=photo_digest(kept),
        name=shown(name),
        encoded=encoded,
        thumbnail=jpeg(square(kept, _THUMBNAIL)),
        hash=gradient_hash(kept),
        part=part,
        notes=read.notes,
    )
