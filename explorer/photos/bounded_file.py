"""A file that Pillow may read only so much of, and only for so long.

Pillow parses headers in Python: a few kilobytes of cleverly chained blocks can keep it busy for
hours, or make it keep gigabytes. Nearly every step of it reads from the file, so this is where it
is stopped.
"""

from __future__ import annotations

import os
import time
from typing import BinaryIO

from explorer.errors import ImageError

MAX_FILE_BYTES = 100_000_000
_MAX_HEADER_SECONDS = 1.5  # of this thread's processor time: a slow disk is no fault of the file
_MAX_SECONDS = 8.0  # on the wall: nobody waits longer
_MAX_READS = 1_000_000
_MAX_HEADER_BYTES = 64_000_000


class BoundedFile:
    """The part of a binary file's interface that Pillow needs, with an end to its patience.

    Args:
        file: an open, seekable binary file; it is rewound, and stays open.

    Raises:
        ImageError: at once if the file is empty or larger than 100 MB; later from `read` and
            `check`, when opening has taken too long or too many steps.
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

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; a negative size means the whole rest, which is bounded."""
        self.check()
        self._reads -= 1
        self._header_bytes -= max(size, 0)
        if self._reads < 0 or self._header_bytes < 0:
            raise ImageError(
                "This picture carries too much beside its pixels; "
                "save a copy of it as PNG or JPEG, without layers, and choose that."
            )
        return self._file.read(size if size >= 0 else MAX_FILE_BYTES)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, as the seek of any binary file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Tell the position in bytes."""
        return self._file.tell()

    def end_header(self) -> None:
        """Lift the limits of the header: pixels follow."""
        self._header_end = self._header_bytes = float("inf")

    def check(self) -> None:
        """Stop here if the picture has used up its time.

        Raises:
            ImageError: if it has.
        """
        if time.thread_time() > self._header_end or time.monotonic() > self._end:
            raise ImageError(
                "This picture takes too long to open; "
                "save a smaller copy of it as PNG or JPEG and choose that."
            )
