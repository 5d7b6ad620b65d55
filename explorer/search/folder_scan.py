"""The photos of a folder and of the folders in it, with what tells whether they have changed."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.errors import SearchError
from explorer.photos.file_formats import is_photo_name
from explorer.photos.file_names import is_of_system

_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_DIGEST_BYTES = 16
_CHUNK = 1_000_000  # bytes


@dataclass(frozen=True)
class FoundFile:
    """A file that is, or may be, a photo.

    Attributes:
        name: its path in the folder, composed (NFC), with "/" between folders.
        path: where it is.
        size: its size in bytes.
        modified_ns: when it was last written, in nanoseconds since 1970.
    """

    name: str
    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Scan:
    """What lies in a folder.

    Attributes:
        files: files that may be photos, in the order of their names.
        left_out: files and folders that cannot be used, each with the reason.
        unseen: names of folders that could not be read, so that nobody knows what is in them.
    """

    files: tuple[FoundFile, ...]
    left_out: tuple[tuple[Path, str], ...]
    unseen: tuple[str, ...]


def scan(folder: Path) -> Scan:
    """Find the photos in a folder and in those below it; a link to a folder above is not followed.

    A file without a photo's ending counts if it begins as photos do. What systems leave, and what
    is hidden, is skipped.

    Args:
        folder: the folder.

    Raises:
        SearchError: if it is no folder that can be read.
    """
    if not folder.is_dir():
        raise SearchError(
            f"{folder} is not a folder; give one that holds photos.",
            for_visitors="There is no such folder of photos.",
        )
    files: dict[str, FoundFile] = {}
    left_out: list[tuple[Path, str]] = []
    unseen: list[str] = []
    for path, reason in _walk(folder, ()):
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if reason:
            left_out.append((path, reason))
            unseen.append(name)
            continue
        problem = _name_problem(name, files)
        found = None if problem else _found(path, name)
        if found is not None:
            files[name] = found
        elif problem:
            left_out.append((path, problem))
    if unseen == ["."]:
        raise SearchError(
            f"{folder} cannot be read; change its permissions or give another.",
            for_visitors="The folder of photos cannot be read.",
        )
    return Scan(tuple(files[name] for name in sorted(files)), tuple(left_out), tuple(unseen))


def content_digest(path: Path) -> str:
    """Return a digest of a file's content, in hexadecimal.

    Raises:
        OSError: if the file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def file_of(folder: Path, name: str) -> Path:
    """Return where a photo of a collection lies, whichever way its name is encoded on the disk.

    Args:
        folder: the collection's folder.
        name: name of the photo in it.

    Raises:
        SearchError: if it is gone, or the name leads out of the folder.
    """
    parts = name.split("/")
    inside = bool(name) and not any(part in ("", ".", "..") or "\0" in part for part in parts)
    path = _encoded_so(folder, parts) if inside else None
    if path is None or not path.is_file():
        raise SearchError("The photo is no longer in the folder; index the folder again.")
    return path


def _encoded_so(folder: Path, parts: list[str]) -> Path | None:
    for part in parts:
        choices = (folder / part, folder / unicodedata.normalize("NFD", part))
        known = next((path for path in choices if path.exists()), None)
        if known is None:
            return None
        folder = known
    return folder


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Yield files with "", and folders that cannot be read with the reason."""
    place = os.path.realpath(folder)
    if place in above:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield folder, f"This folder cannot be read ({error.strerror}); change its permissions."
        return
    for entry in entries:
        if is_of_system(entry.name) or entry.name.startswith("."):
            continue
        if _is_folder(entry):
            yield from _walk(Path(entry.path), (*above, place))
        else:
            yield Path(entry.path), ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _name_problem(name: str, files: dict[str, FoundFile]) -> str:
    if not _is_text(name):
        return "The name of this file is not text in Unicode; rename it."
    if name in files:
        return "Another file has the same name in another encoding; rename one of them."
    return ""


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _found(path: Path, name: str) -> FoundFile | None:
    """Return the file if it may be a photo; what is wrong with it shows when it is read."""
    try:
        facts = path.stat()
    except OSError:
        return FoundFile(name, path, 0, 0) if is_photo_name(name) else None
    if not path.is_file() or not (is_photo_name(name) or _begins_as_photo(path)):
        return None
    return FoundFile(name, path, facts.st_size, facts.st_mtime_ns)


def _begins_as_photo(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head.startswith(_HEADS) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
