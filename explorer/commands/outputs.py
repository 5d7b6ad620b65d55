"""Output files of a command: a writable folder, unique names, and atomic writes."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from explorer.atomic_write import atomic_write
from explorer.errors import RequestError

LONGEST_STEM = 200  # bytes; file systems allow 255, including the suffixes


def output_folder(folder: Path) -> Path:
    """Create the folder if necessary, and check that files can be written there.

    Raises:
        RequestError: if files cannot be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except FileExistsError as error:
        raise RequestError(f"{folder} is a file; give a folder with --output.") from error
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return folder


@contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which is renamed to `path` only if no error occurs.

    Raises:
        RequestError: if the file cannot be written.
    """
    try:
        with atomic_write(path) as partial:
            yield partial
    except OSError as error:
        raise _cannot_write(path, error) from error


def unique_stems(paths: Sequence[Path], suffixes: Sequence[str], folder: Path) -> list[str]:
    """Choose a stem for each input so that no output overwrites another output or an input.

    Args:
        paths: input files in order; a file may occur more than once.
        suffixes: suffixes of the outputs of an input, one per file.
        folder: folder of the outputs.

    Returns:
        The stem of each input, followed by -2, -3 ... if it is taken; names that differ only in
        case count as equal, as on many file systems.
    """
    taken = {_comparable(path) for path in paths}
    stems, numbers = [], Counter[str]()
    for path in paths:
        short = os.fsencode(path.stem)[:LONGEST_STEM].decode(errors="ignore")
        while True:
            numbers[short] += 1
            stem = short if numbers[short] == 1 else f"{short}-{numbers[short]}"
            outputs = {_comparable(folder / (stem + suffix)) for suffix in suffixes}
            if not taken & outputs:
                break
        taken |= outputs
        stems.append(stem)
    return stems


def one_line(path: Path) -> str:
    """Return a path, quoted if it contains line ends or other unprintable characters."""
    return str(path) if str(path).isprintable() else repr(str(path))


def _comparable(path: Path) -> str:
    return unicodedata.normalize("NFC", os.path.abspath(path)).casefold()


def _cannot_write(path: Path, error: OSError) -> RequestError:
    return RequestError(
        f"{path} cannot be written ({error.strerror or error}); give another folder with --output."
    )
