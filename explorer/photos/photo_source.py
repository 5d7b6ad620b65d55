"""Open a photo's source: a path, the content of a file, or an open file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from explorer.errors import ImageError
from explorer.photos.bounded_file import MAX_FILE_BYTES

Source = str | os.PathLike[str] | bytes | BinaryIO


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Yield the source as a seekable binary file, and close it if it was opened here.

    Raises:
        ImageError: if there is no such file, or it cannot be read.
        TypeError: if it is no source.
    """
    if isinstance(source, str | os.PathLike):
        with _open_path(Path(source)) as file:
            yield file
    elif isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif hasattr(source, "read"):
        yield _rewindable(source)
    else:
        raise TypeError(
            f"source must be a path, bytes or a binary file, not {type(source).__name__}"
        )


def _rewindable(file: BinaryIO) -> BinaryIO:
    try:
        if file.read(0) != b"":
            raise ImageError('This file is open as text; open it with the mode "rb".')
        return file if file.seekable() else io.BytesIO(file.read(MAX_FILE_BYTES + 1))
    except (OSError, ValueError) as error:
        raise ImageError("This file can no longer be read; open it again.") from error


def _open_path(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise ImageError("This path is a folder; choose a picture in it.")
        if path.exists() and not path.is_file():
            raise ImageError("This path is a device, not a file; choose a picture.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise ImageError("There is no file at this path; check how it is written.") from error
    except PermissionError as error:
        raise ImageError("This file may not be read; change its permissions or copy it.") from error
    except (OSError, ValueError) as error:
        raise ImageError("This file cannot be read; check its path and its disk.") from error
