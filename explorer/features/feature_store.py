"""Features that were computed before, bounded in bytes; on disk only in a folder that is given."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from explorer.array_types import Map
from explorer.atomic_write import atomic_write

MEMORY_LIMIT = 256_000_000  # bytes: 2,000 photos at 512 features take 4 MB, their cells 100 MB
DISK_LIMIT = 4_000_000_000  # bytes
_SUM_BYTES = 16
_SUFFIX = ".features"

Key = tuple[str, str]  # digest of the photo, and what else the features depend on


class FeatureStore:
    """Keeps the arrays of the most recently used photos; safe to use from several threads.

    Args:
        limit: bytes that are kept in memory.
        folder: folder that also keeps them on disk, for later processes; None keeps nothing there.
            A file that is damaged or cannot be written is as if it were not there.
        disk_limit: bytes beyond which nothing more is written to the folder.
    """

    def __init__(
        self,
        limit: int = MEMORY_LIMIT,
        folder: Path | None = None,
        disk_limit: int = DISK_LIMIT,
    ) -> None:
        self._limit, self._folder, self._disk_limit = limit, folder, disk_limit
        self._arrays: OrderedDict[Key, Map] = OrderedDict()
        self._lock = threading.Lock()
        self._used, self._on_disk = 0, _bytes_in(folder)

    @property
    def nbytes(self) -> int:
        """The bytes that are kept in memory."""
        return self._used

    def get(self, photo: str, view: str) -> Map | None:
        """Look up an array, read-only; None if it is not there.

        Args:
            photo: digest of the photo.
            view: what else the array depends on.
        """
        key = (photo, view)
        with self._lock:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
                return found
        read = self._read(key)
        if read is not None:
            self._keep(key, read)
        return read

    def put(self, photo: str, view: str, array: Map) -> None:
        """Keep a copy of an array; the least recently used ones go if there are too many bytes."""
        key = (photo, view)
        self._keep(key, array.copy())
        self._write(key, array)

    def forget(self, photos: Iterable[str]) -> None:
        """Remove all that is kept of some photos, given by their digests, from memory."""
        gone = set(photos)
        with self._lock:
            for key in [key for key in self._arrays if key[0] in gone]:
                self._used -= self._arrays.pop(key).nbytes

    def _keep(self, key: Key, array: Map) -> None:
        array.flags.writeable = False
        if array.nbytes > self._limit:
            return
        with self._lock:
            if key in self._arrays:
                self._used -= self._arrays.pop(key).nbytes
            self._arrays[key] = array
            self._used += array.nbytes
            while self._used > self._limit:
                self._used -= self._arrays.popitem(last=False)[1].nbytes

    def _path(self, key: Key) -> Path | None:
        """Return where an array lies; its name says nothing of the photo."""
        if self._folder is None:
            return None
        return self._folder / (hashlib.blake2b(" ".join(key).encode()).hexdigest()[:40] + _SUFFIX)

    def _read(self, key: Key) -> Map | None:
        path = self._path(key)
        if path is None:
            return None
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if _sum(content[_SUM_BYTES:]) != content[:_SUM_BYTES]:
            return None
        array: Map = np.load(io.BytesIO(content[_SUM_BYTES:]), allow_pickle=False)
        return array

    def _write(self, key: Key, array: Map) -> None:
        path = self._path(key)
        if path is None:
            return
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        content = buffer.getvalue()
        with self._lock:
            if self._on_disk + len(content) > self._disk_limit:
                return
            self._on_disk += len(content)
        try:
            with atomic_write(path) as partial:
                partial.write_bytes(_sum(content) + content)
        except OSError:
            return  # a full or read-only disk costs time later, and nothing else


def _sum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SUM_BYTES).digest()


def _bytes_in(folder: Path | None) -> int:
    files = folder.glob(f"*{_SUFFIX}") if folder is not None else ()
    return sum(file.stat().st_size for file in files)
