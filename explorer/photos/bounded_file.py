"""A file that limits how much Pillow may read, and for how long.

Pillow parses headers in Python: a few kilobytes of cleverly chained blocks can keep it busy for
hours, or make it allocate gigabytes. Nearly every step of the parser reads from the file, so the
limits are enforced here.
"""

from __future__ import annotations

import os
import time
from typing import BinaryIO

from explorer.errors import ImageError

MAX_FILE_BYTES = 100_000_000
_MAX_HEADER_SECONDS = 1.5  # CPU time of this thread, so that a slow disk does not count
_MAX_SECONDS = 8.0  # wall-clock time
_MAX_READS = 1_000_000
_MAX_HEADER_BYTES = 64_000_000


class BoundedFile:
    """The part of a binary file's interface that Pillow needs, with limits on time and reads.

    Args:
        file: open, seekable binary file; it is rewound, and stays open.

    Raises:
        ImageError: at once if the file is empty or larger than 100 MB; later from `read` and
            `check`, when opening has taken too long or too many reads.
    """

    def __init__(self, file: BinaryIO) -> None:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            raise ImageError("This file is empty; choose another picture.")
        if size > MAX_FILE_BYTES:
            raise ImageError(
                f"This file has more than {MAX_FILE_BYTES // 1_000_000} MB; "
                "save a smaller copy of the picture and choose that."
            )
        file.seek(0)
        self._file = file
        self._header_end = time.thread_time() + _MAX_HEADER_SECONDS
        self._end = time.monotonic() + _MAX_SECONDS
        self._reads = _MAX_READS
        self._header_bytes: float = _MAX_HEADER_BYTES
        self._patch: tuple[int, bytes] = 0, b""

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; a negative size reads the rest, up to 100 MB."""
        self.check()
        self._reads -= 1
        self._header_bytes -= max(size, 0)
        if self._reads < 0 or self._header_bytes < 0:
            raise ImageError(
                "This picture carries too much beside its pixels; "
                "save a copy of it as PNG or JPEG, without layers, and choose that."
            )
        position = self._file.tell()
        return self._patched(position, self._file.read(size if size >= 0 else MAX_FILE_BYTES))

    def patch(self, position: int, content: bytes) -> None:
        """Let the file read as if it held this at a position; the file itself is not changed."""
        self._patch = position, content

    def _patched(self, position: int, data: bytes) -> bytes:
        place, content = self._patch
        start, end = place - position, place - position + len(content)
        if not content or end <= 0 or start >= len(data):
            return data
        whole, first = memoryview(data), max(0, start)
        inserted = content[first - start : len(content) - max(0, end - len(data))]
        return b"".join((whole[:first], inserted, whole[end:]))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position in bytes, as in any binary file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._file.tell()

    def end_header(self) -> None:
        """Lift the limits that apply to the header only, before the pixels are read."""
        self._header_end = self._header_bytes = float("inf")

    def check(self) -> None:
        """Check that the time limits still hold.

        Raises:
            ImageError: if opening has taken too long.
        """
        if time.thread_time() > self._header_end or time.monotonic() > self._end:
            raise ImageError(
                "This picture takes too long to open; "
                "save a smaller copy of it as PNG or JPEG and choose that."
            )
