"""Streamlit's scripts and style sheets, compressed once, for browsers behind a slow connection.

Streamlit sends them as they are, because compressing them for each request would cost more than it
saves. They do not change while the server runs, so each is compressed once and stays in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SUFFIXES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_SMALLEST = 1000  # bytes; a smaller file fits into one packet anyway
_LINKED = re.compile(r'(?:src|href)="\./static/([\w./-]+)"')


@dataclass(frozen=True, eq=False)
class CompressedAsset:
    """A file as it is sent.

    Attributes:
        content: the file, compressed with gzip.
        etag: the entity tag, which the uncompressed file does not share.
        media_type: the MIME type of the file.
    """

    content: bytes
    etag: str
    media_type: str


class CompressedAssets:
    """The compressed scripts and style sheets of a folder.

    Args:
        folder: folder with Streamlit's `index.html`, and with its assets in `static`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[str, CompressedAsset] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @cached_property
    def names(self) -> frozenset[str]:
        """The files worth compressing, relative to `static`, e.g. "js/index.DormvYxC.js"."""
        static = self._folder / "static"
        files = (file for file in static.glob("*/*") if file.suffix in SUFFIXES)
        large = (file for file in files if file.stat().st_size >= _SMALLEST)
        return frozenset(file.relative_to(static).as_posix() for file in large)

    def find(self, name: str) -> CompressedAsset:
        """Return a file of `names`; compress it if nobody has asked for it before."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._done:
                self._done[name] = _compress(self._folder / "static" / name)
            return self._done[name]

    def prepare(self) -> None:
        """Compress the files that the first page needs, in the background."""
        threading.Thread(target=self._prepare, name="compress-assets", daemon=True).start()

    def _prepare(self) -> None:
        page = (self._folder / "index.html").read_text(encoding="utf-8")
        for name in _LINKED.findall(page):
            if name in self.names:
                self.find(name)


def _compress(file: Path) -> CompressedAsset:
    content = gzip.compress(file.read_bytes(), mtime=0)
    tag = hashlib.blake2b(content, digest_size=16).hexdigest()
    return CompressedAsset(content, f'"{tag}-gzip"', SUFFIXES[file.suffix])
