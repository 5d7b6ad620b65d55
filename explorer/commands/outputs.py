"""Where the files of a call go: a folder that can be written, names used once, files made whole."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from explorer.errors import RequestError

LONGEST_STEM = 200  # bytes; file systems stop at 255, and what we append needs room


def output_folder(folder: Path) -> Path:
    """Make the folder if need be, and make sure that files can be written there.

    Raises:
        RequestError: if they cannot.
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
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which becomes `path` only when all went well.

    Raises:
        RequestError: if the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def unique_stems(paths: Sequence[Path], suffixes: Sequence[str], folder: Path) -> list[str]:
    """Find a name for each input under which its outputs meet no other's, and no input.

    Args:
        paths: the inputs, in order; the same one may come twice.
        suffixes: what is appended to a name, an output file for each.
        folder: where the outputs go.

    Returns:
        For each input its own stem, or the stem with -2, -3 ... where it is taken; names that
        differ only in case are the same, as they are on many file systems.
    """
    taken = {_folded(path) for path in paths}
    stems, numbers = [], Counter[str]()
    for path in paths:
        short = os.fsencode(path.stem)[:LONGEST_STEM].decode(errors="ignore")
        while True:
            numbers[short] += 1
            stem = short if numbers[short] == 1 else f"{short}-{numbers[short]}"
            outputs = {_folded(folder / (stem + suffix)) for suffix in suffixes}
            if not taken & outputs:
                break
        taken |= outputs
        stems.append(stem)
    return stems


def one_line(path: Path) -> str:
    """Return a path as it is, or quoted if it holds line ends or anything else unprintable."""
    return str(path) if str(path).isprintable() else repr(str(path))


def _folded(path: Path) -> str:
    return unicodedata.normalize("NFC", os.path.abspath(path)).casefold()


def _cannot_write(path: Path, error: OSError) -> RequestError:
    return RequestError(
        f"{path} cannot be written ({error.strerror or error}); give another folder with --output."
    )
