"""Benchmarks on disk: one JSON file each, in a folder for each device model.

The files are in the reader's own data folder (or in the one that `RESNET_EXPLORER_RESULTS` names).
They are rewritten after each round, so that a run that is cancelled or killed keeps its results so
far. A file that cannot be read is reported and renamed, never deleted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path

from explorer.atomic_write import atomic_write
from explorer.costs.benchmark import BenchmarkProgress, cancelled
from explorer.costs.measurements import FORMAT, Machine, Row, Run, RunState
from explorer.errors import ResultError
from explorer.json_records import from_record, to_record
from explorer.paths import ASSETS

REFERENCES = ASSETS / "costs"
FOLDER_VARIABLE = "RESNET_EXPLORER_RESULTS"
SUFFIX, DAMAGED = ".json", ".damaged"
LARGEST_FILE = 20_000_000  # bytes
MOST_RUNS = 200  # to list

_files_in_progress: set[Path] = set()  # that this process is writing


@dataclass(frozen=True)
class StoredRun:
    """A benchmark on disk.

    Attributes:
        path: path of the file.
        run: run in the file.
    """

    path: Path
    run: Run

    @property
    def title(self) -> str:
        """Display name: the device and the time of the start."""
        device = self.run.machine.model if self.run.machine else "unknown device"
        return f"{device} · {self.run.started[:16].replace('T', ' ')} UTC"


@dataclass(frozen=True)
class StoredRuns:
    """All benchmarks on disk.

    Attributes:
        runs: benchmarks that could be read, newest first.
        complaints: sentences about the files that could not be read, one each.
    """

    runs: tuple[StoredRun, ...]
    complaints: tuple[str, ...]


def saved(
    news: Generator[BenchmarkProgress, None, None], root: Path | None = None
) -> Generator[BenchmarkProgress, None, None]:
    """Write a benchmark to disk after each update, and pass the updates on.

    Args:
        news: generator from `explorer.costs.benchmark.measure`; it is closed with this generator.
        root: folder of all results; None for the reader's own.

    Yields:
        The updates; if a file cannot be written, the run has a note that says so.
    """
    writer, run = _RunWriter(root or folder()), None
    with closing(news), closing(writer):
        try:
            for progress in news:
                run = progress.run
                writer.save(run)
                yield replace(progress, run=writer.with_note(run))
        finally:
            if run is not None:
                writer.save(cancelled(run))


def stored(root: Path | None = None) -> StoredRuns:
    """Read all benchmarks in the reader's own folder; damaged files are renamed."""
    root = root or folder()
    return _read_all(sorted(root.glob(f"*/*{SUFFIX}"), key=lambda path: path.name, reverse=True))


def references() -> StoredRuns:
    """Read the benchmarks that ship with the app."""
    return _read_all(sorted(REFERENCES.glob(f"*{SUFFIX}")), set_aside=False)


def to_json(run: Run) -> str:
    """Return a benchmark as JSON, with one line for each row."""
    record = to_record(run)
    rows = ",\n".join(f"    {json.dumps(row)}" for row in record.pop("rows"))
    head = json.dumps(record, indent=2).removesuffix("\n}")
    return f'{head},\n  "rows": [\n{rows}\n  ]\n}}\n'


def from_json(text: str | bytes) -> Run:
    """Read a benchmark from JSON that may come from anyone.

    Raises:
        ResultError: if it is not a benchmark, is damaged, or comes from a newer version.
    """
    if len(text) > LARGEST_FILE:
        raise ResultError("This file is too large to hold measurements. Choose another one.")
    try:
        record = json.loads(text)
        if isinstance(record, dict) and record.get("format", FORMAT) > FORMAT:
            raise NewerFormatError("This file comes from a newer version of this app. Update it.")
        run = from_record(Run, record)
        _check(run)
    except (ValueError, TypeError, RecursionError) as error:
        raise ResultError(
            f"This file holds no measurements that we can read ({error}). Choose another one."
        ) from error
    return run


def write(run: Run, path: Path) -> None:
    """Write a benchmark atomically, so that the file is complete at any time."""
    with atomic_write(path) as partial:
        partial.write_text(to_json(run), encoding="utf-8")


def folder() -> Path:
    """Return the reader's folder for results, which may not exist yet."""
    if FOLDER_VARIABLE in os.environ:
        return Path(os.environ[FOLDER_VARIABLE])
    return user_data_path("resnet-explorer", appauthor=False) / "measurements"


class NewerFormatError(ResultError):
    """The file is intact, but was written by a newer version of the app."""


class _RunWriter:
    """Writes the successive states of one run to the same file."""

    def __init__(self, root: Path) -> None:
        self._root, self._path = root, Path()
        self._rows: tuple[Row, ...] = ()
        self._state: RunState | None = None
        self._error = ""

    def save(self, run: Run) -> None:
        """Write the run if it has results and has changed since the last time."""
        has_changed = run.rows != self._rows or run.state is not self._state
        if run.machine is None or not has_changed or self._error:
            return
        if not any(map(_has_result, run.rows)):
            return
        if not self._path.name:
            self._path = self._root / _slug(run.machine) / _file_name(run)
            _files_in_progress.add(self._path)
        self._rows, self._state = run.rows, run.state
        try:
            write(run, self._path)
        except OSError as error:
            self._error = f"This result could not be kept on the disk ({error.strerror})."

    def with_note(self, run: Run) -> Run:
        """Add a note to the run if it could not be written."""
        return replace(run, notes=(*run.notes, self._error)) if self._error else run

    def close(self) -> None:
        """Stop writing; the file stays as it is."""
        _files_in_progress.discard(self._path)


def _read_all(paths: list[Path], set_aside: bool = True) -> StoredRuns:
    runs, complaints = [], []
    for path in paths[:MOST_RUNS]:
        try:
            status = path.stat()
            run = _read(path, status.st_mtime_ns, status.st_size)
            runs.append(StoredRun(path, _with_final_state(path, run)))
        except NewerFormatError as error:
            complaints.append(f"{path.name}: {error}")
        except OSError as error:
            complaints.append(f"{path} cannot be read ({error.strerror}).")
        except ResultError as error:
            complaints.append(_set_aside(path, error) if set_aside else f"{path.name}: {error}")
    return StoredRuns(tuple(runs), tuple(complaints))


@lru_cache(maxsize=MOST_RUNS)
def _read(path: Path, changed_ns: int, size: int) -> Run:
    """Read a file, cached while it is unchanged: pages read all files at every click."""
    return from_json(path.read_bytes())


def _with_final_state(path: Path, run: Run) -> Run:
    """Mark a running benchmark as broken off unless this process is measuring it."""
    if run.state is not RunState.RUNNING or path in _files_in_progress:
        return run
    return replace(run, state=RunState.BROKEN_OFF)


def _set_aside(path: Path, error: ResultError) -> str:
    aside = next(_free_names(path))
    reason = f"{path.name} holds no measurements that can be read ({error.__cause__ or error})"
    try:
        path.rename(aside)
    except OSError:
        return f"{reason}; remove it from {path.parent}."
    return f"{reason}; it was set aside as {aside}."


def _free_names(path: Path) -> Iterator[Path]:
    yield from (
        aside
        for number in range(1, sys.maxsize)
        if not (aside := path.with_name(f"{path.name}{DAMAGED}{number}")).exists()
    )


def _check(run: Run) -> None:
    """Refuse numbers that cannot come from a measurement.

    Raises:
        ValueError: if there is such a number.
    """
    for index, row in enumerate(run.rows):
        setup = row.setup
        counts = (setup.batch_size, setup.resolution, row.wanted)
        amounts = (row.params, row.macs, row.size_mb, row.peak_memory_mb or 0)
        if min(counts) < 1 or min(amounts) < 0 or any(call <= 0 for call in row.calls_ms):
            raise ValueError(f"row {index + 1} has a number that nobody can have measured")
    if any(ceiling.gflops <= 0 for ceiling in run.ceilings):
        raise ValueError("a ceiling that nobody can have measured")


def _has_result(row: Row) -> bool:
    return bool(row.rounds_ms or row.problem)


def _slug(machine: Machine) -> str:
    return re.sub(r"[^a-z0-9]+", "-", machine.model.lower()).strip("-")[:80] or "device"


def _file_name(run: Run) -> str:
    day = re.sub(r"[^0-9T]", "", run.started[:19])
    return f"{day}-{secrets.token_hex(3)}{SUFFIX}"
