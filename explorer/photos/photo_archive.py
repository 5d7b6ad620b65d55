"""Read the photos in a ZIP archive: bounded, in memory, and without writing a file.

An archive is not trusted: its list of files is bounded before it is read, its size before anything
is unpacked, and one photo at a time is unpacked.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from explorer.errors import ImageError
from explorer.photos.file_formats import is_photo_name
from explorer.photos.file_names import is_of_system, shown

MEGABYTE = 1_000_000  # bytes
_STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # of an archive, and of an empty one
_MOST_BYTES_AT_ONCE = 4_000_000  # of the list of files, which is read at once: some 40,000 entries
_LOCKED, _UTF_8 = 0x2041, 0x800  # flags of an entry
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may take gigabytes to unpack
_DRIVE = re.compile(r"[A-Za-z]:")

_DAMAGED = "This ZIP archive is damaged or cut off; pack the photos again and choose the new file."
_LOCKED_ARCHIVE = (
    "This ZIP archive is locked with a password; pack the photos again without one, and choose "
    "the new file."
)
_RARELY_PACKED = (
    "This ZIP archive is packed in a way that few programs read; "
    "pack the photos again as an ordinary ZIP."
)
_NO_PHOTO = (
    "This ZIP archive holds no photo; choose one that does, or choose the photos themselves."
)
# What zipfile has raised on deliberately broken archives.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold.

    Attributes:
        megabytes: size of all its photos unpacked, in MB.
        photos: number of its photos.
        ratio: size of its photos unpacked, as a multiple of the archive's own size; photos hardly
            shrink when they are packed.
    """

    megabytes: int
    photos: int
    ratio: int = 100


@dataclass(frozen=True, eq=False)
class PhotoArchive:
    """An archive whose list of files has been checked.

    Attributes:
        paths: path of each photo as its parts, the folders first, in the order of the paths.
        left_out: names of the files that are no photos, in the order of the archive; what systems
            leave there is not among them.
    """

    paths: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]
    _archive: zipfile.ZipFile
    _entries: tuple[zipfile.ZipInfo, ...]

    def photos(self) -> Iterator[tuple[tuple[str, ...], bytes]]:
        """Unpack one photo after another; yield its path, and the content of its file.

        The content may be anything: read it with `explorer.photos.reading.read_photo`.

        Raises:
            ImageError: if the archive is damaged.
        """
        for path, entry in zip(self.paths, self._entries, strict=True):
            yield path, self._unpacked(entry)

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            with self._archive.open(entry) as file:
                return file.read(entry.file_size)  # a forged size cuts the photo off
        except _ZIP_ERRORS as error:
            raise ImageError(_DAMAGED) from error


def is_archive(content: bytes) -> bool:
    """Whether the content of a file is a ZIP archive, by its first bytes."""
    return content.startswith(_STARTS)


def open_photo_archive(source: bytes | BinaryIO, limits: ArchiveLimits) -> PhotoArchive:
    """Open a ZIP archive of photos, such as one of class folders; nothing is unpacked yet.

    Args:
        source: content of the archive, or an open, seekable binary file, which stays open.
        limits: how much it may hold.

    Raises:
        ImageError: if it is damaged, locked, packed in a rare way, holds no photo, another archive,
            or more than the limits allow, or names a file outside its own folder.
    """
    file = _BoundedReads(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        archive = zipfile.ZipFile(file)
        files = [(_parts(entry), entry) for entry in archive.infolist() if _is_file(entry)]
    except _ZIP_ERRORS as error:
        raise ImageError(_DAMAGED) from error
    named = [(path, entry) for path, entry in files if path and not _is_left_by_system(path)]
    _refuse_archives(path[-1] for path, _ in named)
    photos = sorted(
        (each for each in named if _may_be_photo(each[0][-1])), key=lambda each: each[0]
    )
    entries = tuple(entry for _, entry in photos)
    _check_entries(entries)
    _check_size(entries, file.size, limits)
    left_out = tuple(path[-1] for path, _ in named if not _may_be_photo(path[-1]))
    return PhotoArchive(tuple(path for path, _ in photos), left_out, archive, entries)


class _BoundedReads:
    """A binary file that gives only so much at once: zipfile reads the list of files in one go."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if size > _MOST_BYTES_AT_ONCE:
            raise ImageError(
                "This ZIP archive lists far too many files; pack the photos alone, and choose that."
            )
        return self._file.read(size if size >= 0 else _MOST_BYTES_AT_ONCE)

    def seekable(self) -> bool:
        return True


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file, not a folder and not a link to somewhere else."""
    is_folder = entry.filename.endswith(("/", "\\"))
    return not is_folder and not stat.S_ISLNK(entry.external_attr >> 16)


def _parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the parts of an entry's path; refuse one that leaves the archive's folder."""
    name = _name(entry)
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise ImageError(
            f'This ZIP archive names a file outside its own folder, "{shown(name)}"; '
            "pack the folder of photos again and choose the new file."
        )
    return parts


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; macOS writes it as UTF-8 and does not say so."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _is_left_by_system(path: tuple[str, ...]) -> bool:
    return any(map(is_of_system, path)) or any(part.startswith(".") for part in path[:-1])


def _may_be_photo(name: str) -> bool:
    """Whether a file may be a photo by its name: the ending of one, or none at all."""
    return is_photo_name(name) or "." not in name


def _refuse_archives(names: Iterator[str]) -> None:
    for name in names:
        if name.lower().endswith(".zip"):
            raise ImageError(
                f'This ZIP archive holds another one, "{shown(name)}"; unpack that first, '
                "or choose it alone."
            )


def _check_entries(entries: tuple[zipfile.ZipInfo, ...]) -> None:
    if not entries:
        raise ImageError(_NO_PHOTO)
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise ImageError(_LOCKED_ARCHIVE)
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise ImageError(_RARELY_PACKED)


def _check_size(entries: tuple[zipfile.ZipInfo, ...], size: int, limits: ArchiveLimits) -> None:
    if len(entries) > limits.photos:
        raise ImageError(
            f"This ZIP archive holds {len(entries):,} photos, and {limits.photos:,} are the most; "
            "pack fewer and choose that."
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.megabytes * MEGABYTE:
        raise ImageError(
            f"The photos in this ZIP archive have more than {limits.megabytes} MB; "
            "pack fewer, or smaller copies, and choose that."
        )
    if unpacked > limits.ratio * size:
        raise ImageError(
            f"This ZIP archive unpacks to more than {limits.ratio} times its size, as no photos "
            "do; save its pictures as JPEG or PNG, pack those, and choose that."
        )
