"""The pictures of a TIFF file, found by its directories before anything is decoded.

A scanner, a camera or a microscope writes several into one file, often a thumbnail first; some lie
in directories below others. Pillow would open the first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from explorer.errors import ImageError
from explorer.photos.bounded_file import BoundedFile
from explorer.photos.file_formats import CAMERA_RAW, is_raw_name, raw_format

# Tags: SubfileType, width, length, photometric, maker, strips, tiles, SubIFDs, DNGVersion.
_KIND, _WIDTH, _HEIGHT, _PHOTOMETRIC, _MAKER = 254, 256, 257, 262, 271
_OFFSETS, _DIRECTORIES_BELOW, _DNG = (273, 324), 330, 50_706
_NUMBERS = (_KIND, _WIDTH, _HEIGHT, _PHOTOMETRIC, _DIRECTORIES_BELOW)
_VERSIONS = (b"*\0", b"\0*", b"+\0", b"\0+")  # of classic and of big files, in either order
_MASK = 4  # bit of SubfileType
_SENSOR = (32_803, 34_892)  # photometric values: one colour per pixel; linear raw
_OPAQUE_TYPES = (1, 2, 7)  # of values that are no numbers
_TEXT = 2  # type
_SIZES = {3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}  # types of whole numbers
_MAX_DIRECTORIES = 256
_MAX_TAGS = 4_096
_MAX_TAG_VALUES = 200_000
_MAX_BELOW = 32  # directories below one
_MAX_MAKER_BYTES = 32


class AbsurdDirectoryError(ValueError):
    """The directory lists more strips, or other numbers, than a photo needs.

    Pillow turns them into Python objects before it knows the size: gigabytes within a minute.
    """


def choose_picture(file: BoundedFile, most_pixels: int, name: str = "") -> str:
    """Let the largest picture of a TIFF file be the first, and return a note on that.

    Args:
        file: the file, at its start; of another format, it is left as it is.
        most_pixels: pixels of the largest picture that can be opened.
        name: name of the file; with the ending of a camera's raw file, it is taken for one.

    Raises:
        ImageError: if it holds the values of a camera's sensor.
        AbsurdDirectoryError: if it lists more than a photo needs.
    """
    start = file.read(16)
    header = TiffHeader.of(start)
    if CAMERA_RAW.header.match(start):
        raise ImageError(CAMERA_RAW.sentence)
    pictures = [p for p in header.pictures(file) if p.pixels and not p.is_mask] if header else []
    if header is None or not pictures:
        return ""
    if is_raw_name(name):
        raise ImageError(raw_format(pictures[0].maker, name).sentence)
    largest = max(pictures, key=lambda picture: picture.pixels)
    if largest.is_raw:
        raise ImageError(raw_format(largest.maker, ".dng" if largest.is_dng else "").sentence)
    fitting = [p for p in pictures if p.pixels <= most_pixels and not p.is_raw]
    chosen = max(fitting, key=lambda picture: picture.pixels, default=largest)
    if chosen.offset != header.first:
        file.patch(*header.pointer(chosen.offset))
    return _choice(pictures, chosen) if len(pictures) > 1 else ""


def _choice(pictures: list[TiffPicture], chosen: TiffPicture) -> str:
    count, size = len(pictures), f"{chosen.size[0]:,} x {chosen.size[1]:,} pixels"
    if all(picture.size == chosen.size for picture in pictures):
        return f"This file holds {count} pictures of {size}; the first is shown."
    if any(picture.pixels > chosen.pixels for picture in pictures):
        return f"This file holds {count} pictures; the largest that can be opened has {size}."
    number = pictures.index(chosen) + 1
    return f"This file holds {count} pictures; the largest, number {number} of {size}, is shown."


@dataclass(frozen=True)
class TiffPicture:
    """A picture of a TIFF file.

    Attributes:
        offset: position of its directory in the file, in bytes.
        size: width and height in pixels.
        is_mask: whether it marks the transparent pixels of another picture.
        is_raw: whether its values are those of a camera's sensor.
        maker: name of the camera's or scanner's maker; "" if it is not stated.
        is_dng: whether it says that the file is a DNG.
    """

    offset: int
    size: tuple[int, int]
    is_mask: bool
    is_raw: bool
    maker: str
    is_dng: bool

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.size[0] * self.size[1]


@dataclass(frozen=True)
class TiffHeader:
    """The header of a TIFF file, which says how its numbers are written.

    Attributes:
        order: "<" or ">", as `struct` has it.
        is_big: whether it is a BigTIFF, with offsets of 8 bytes.
        first: position of the first directory in bytes.
    """

    order: str
    is_big: bool
    first: int

    @classmethod
    def of(cls, header: bytes) -> TiffHeader | None:
        """Read the first 16 bytes of a file; None if it is no TIFF file."""
        if header[:2] not in (b"II", b"MM") or header[2:4] not in _VERSIONS:
            return None
        order, is_big = "<" if header.startswith(b"II") else ">", header[2:3] == b"\x2b"
        (first,) = struct.unpack_from(order + ("Q" if is_big else "L"), header, 8 if is_big else 4)
        return cls(order, is_big, first)

    def pointer(self, offset: int) -> tuple[int, bytes]:
        """Return where the header names its first directory, and the bytes that name another."""
        return (8, struct.pack(self.order + "Q", offset)) if self.is_big else (
            4, struct.pack(self.order + "L", offset))  # fmt: skip

    def pictures(self, file: BoundedFile) -> list[TiffPicture]:
        """Find the pictures in the order of the file, those below another right after it.

        Raises:
            AbsurdDirectoryError: if the first directory is absurd; later ones are left out.
        """
        found, waiting, seen = [], [self.first], set[int]()
        while waiting and len(seen) < _MAX_DIRECTORIES:
            offset = waiting.pop(0)
            if offset in seen:
                continue
            seen.add(offset)
            try:
                picture, after = self._directory(file, offset)
            except (AbsurdDirectoryError, struct.error, ValueError, OverflowError):
                if offset == self.first:
                    raise
                continue
            found.append(picture)
            waiting = after + waiting
        return found

    def _directory(self, file: BoundedFile, offset: int) -> tuple[TiffPicture, list[int]]:
        """Read one directory, and return the positions of those below it and of the next."""
        file.seek(offset)
        (tags,) = struct.unpack(
            self.order + ("Q" if self.is_big else "H"), file.read(8 if self.is_big else 2)
        )
        entry = struct.Struct(self.order + ("HHQ8s" if self.is_big else "HHL4s"))
        table = file.read(min(tags, _MAX_TAGS) * entry.size)
        after = file.read(8 if self.is_big else 4)
        whole = len(table) // entry.size * entry.size
        entries = {tag: rest for tag, *rest in entry.iter_unpack(table[:whole])}
        for tag, (kind, count, _) in entries.items():
            numeric = kind not in _OPAQUE_TYPES or tag in _OFFSETS
            if tags > _MAX_TAGS or (numeric and count > _MAX_TAG_VALUES):
                raise AbsurdDirectoryError
        numbers = {tag: self._numbers(file, *entries[tag]) for tag in _NUMBERS if tag in entries}
        first = {tag: values[0] for tag, values in numbers.items() if values}
        picture = TiffPicture(
            offset,
            (first.get(_WIDTH, 0), first.get(_HEIGHT, 0)),
            bool(first.get(_KIND, 0) & _MASK),
            first.get(_PHOTOMETRIC) in _SENSOR,
            self._text(file, *entries[_MAKER]) if _MAKER in entries else "",
            _DNG in entries,
        )
        following = self._unpacked("Q" if self.is_big else "L", after)
        return picture, [*numbers.get(_DIRECTORIES_BELOW, []), *filter(None, following)]

    def _numbers(self, file: BoundedFile, kind: int, count: int, place: bytes) -> list[int]:
        """Read the whole numbers of a tag; none if it holds others."""
        if kind not in _SIZES:
            return []
        count = min(count, _MAX_BELOW)
        return self._unpacked(
            _SIZES[kind], self._value(file, struct.calcsize("=" + _SIZES[kind]), count, place)
        )[:count]

    def _text(self, file: BoundedFile, kind: int, count: int, place: bytes) -> str:
        text = self._value(file, 1, min(count, _MAX_MAKER_BYTES), place)
        return text.partition(b"\0")[0].decode("ascii", "replace") if kind == _TEXT else ""

    def _value(self, file: BoundedFile, size: int, count: int, place: bytes) -> bytes:
        """Return the bytes of a tag's values, which lie in its place or where that points."""
        if size * count <= len(place):
            return place[: size * count]
        file.seek(self._unpacked("Q" if self.is_big else "L", place)[0])
        return file.read(size * count)

    def _unpacked(self, code: str, data: bytes) -> list[int]:
        """Unpack as many whole numbers as there are."""
        size = struct.calcsize("=" + code)
        return [
            number
            for (number,) in struct.iter_unpack(self.order + code, data[: len(data) // size * size])
        ]
