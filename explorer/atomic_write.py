"""Write a file so that it is whole at any time: under another name first, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a path to write to; at the end it replaces `path`, unless there was an error.

    Several writers of the same file do not interfere; one that is interrupted leaves nothing
    behind. A missing folder is created.

    Args:
        path: the file.

    Raises:
        OSError: if the folder cannot be created, or the file cannot be renamed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        with suppress(OSError):  # it was renamed, or never created
            partial.unlink()
