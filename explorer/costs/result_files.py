"""Benchmarks on the disk: one file of JSON each, in a folder for each model of device.

They lie in the reader's own data folder (`RESNET_EXPLORER_RESULTS` names another one), and are
written anew after each round, so that a run that is cancelled or killed leaves what it had. A file
that cannot be read is reported and set aside, never deleted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from explorer.costs.benchmark import BenchmarkProgress, cancelled
from explorer.costs.measurements import FORMAT, Machine, Row, Run, RunState
from explorer.errors import ResultError
from explorer.paths import ASSETS
from explorer.records import from_record, to_record

REFERENCES = ASSETS / "costs"
FOLDER_VARIABLE = "RESNET_EXPLORER_RESULTS"
SUFFIX, DAMAGED = ".json", ".damaged"
LARGEST_FILE = 20_000_000  # bytes
MOST_RUNS = 200  # that are listed

_being_written: set[Path] = set()  # by this process


@dataclass(frozen=True)
class StoredRun:
    """A benchmark that lies on the disk.

    Attributes:
        path: of its file.
        run: what it holds.
    """

    path: Path
    run: Run

    @property
    def title(self) -> str:
        """What tells it from others: the device and the day."""
        device = self.run.machine.model if self.run.machine else "unknown device"
        return f"{device} · {self.run.started[:16].replace('T', ' ')} UTC"


@dataclass(frozen=True)
class StoredRuns:
    """What lies on the disk.

    Attributes:
        runs: newest first.
        complaints: a sentence for each file that could not be read.
    """

    runs: tuple[StoredRun, ...]
    complaints: tuple[str, ...]


def saved(
    news: Generator[BenchmarkProgress, None, None], root: Path | None = None
) -> Generator[BenchmarkProgress, None, None]:
    """Write a benchmark to the disk as it comes, and pass the news on.

    Args:
        news: what `explorer.costs.benchmark.measure` gives; it is closed with this generator.
        root: the folder of all results; None for the reader's own.

    Yields:
        The news; if the disk refuses, the run has a note that says so.
    """
    keeper, last = _Keeper(root or folder()), None
    with closing(news), closing(keeper):
        try:
            for now in news:
                last = now.run
                keeper.keep(last)
                yield replace(now, run=keeper.noted(last))
        finally:
            if last is not None:
                keeper.keep(cancelled(last))


def stored(root: Path | None = None) -> StoredRuns:
    """Read all benchmarks of the reader's own folder; files that are damaged are set aside."""
    root = root or folder()
    return _read_all(sorted(root.glob(f"*/*{SUFFIX}"), key=lambda path: path.name, reverse=True))


def references() -> StoredRuns:
    """Read the benchmarks that come with the app."""
    return _read_all(sorted(REFERENCES.glob(f"*{SUFFIX}")), set_aside=False)


def to_json(run: Run) -> str:
    """Write a benchmark as JSON, a line for each row."""
    record = to_record(run)
    rows = ",\n".join(f"    {json.dumps(row)}" for row in record.pop("rows"))
    head = json.dumps(record, indent=2).removesuffix("\n}")
    return f'{head},\n  "rows": [\n{rows}\n  ]\n}}\n'


def from_json(text: str | bytes) -> Run:
    """Read a benchmark, whoever wrote it.

    Raises:
        ResultError: if it is none, is damaged, or comes from a newer version.
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
    """Write a benchmark so that the file is whole at any time."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(to_json(run), encoding="utf-8")
        os.replace(partial, path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def folder() -> Path:
    """Return the reader's folder for results, whether it is there or not."""
    if FOLDER_VARIABLE in os.environ:
        return Path(os.environ[FOLDER_VARIABLE])
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "resnet-explorer" / "measurements"


class NewerFormatError(ResultError):
    """The file is whole, but made by a version that knows more than this one."""


class _Keeper:
    """Writes one run again and again to the same file."""

    def __init__(self, root: Path) -> None:
        self._root, self._path = root, Path()
        self._rows: tuple[Row, ...] = ()
        self._state: RunState | None = None
        self._refusal = ""

    def keep(self, run: Run) -> None:
        """Write the run if there is something new, and something at all, to be written."""
        is_new = run.rows != self._rows or run.state is not self._state
        if run.machine is None or not is_new or not any(map(_has_news, run.rows)) or self._refusal:
            return
        if not self._path.name:
            self._path = self._root / _slug(run.machine) / _file_name(run)
            _being_written.add(self._path)
        self._rows, self._state = run.rows, run.state
        try:
            write(run, self._path)
        except OSError as error:
            self._refusal = f"This result could not be kept on the disk ({error.strerror})."

    def noted(self, run: Run) -> Run:
        """Add what went wrong with writing."""
        return replace(run, notes=(*run.notes, self._refusal)) if self._refusal else run

    def close(self) -> None:
        """Leave the file as it is."""
        _being_written.discard(self._path)


def _read_all(paths: list[Path], set_aside: bool = True) -> StoredRuns:
    runs, complaints = [], []
    for path in paths[:MOST_RUNS]:
        try:
            status = path.stat()
            run = _read(path, status.st_mtime_ns, status.st_size)
            runs.append(StoredRun(path, _ended(path, run)))
        except NewerFormatError as error:
            complaints.append(f"{path.name}: {error}")
        except OSError as error:
            complaints.append(f"{path} cannot be read ({error.strerror}).")
        except ResultError as error:
            complaints.append(_set_aside(path, error) if set_aside else f"{path.name}: {error}")
    return StoredRuns(tuple(runs), tuple(complaints))


@lru_cache(maxsize=MOST_RUNS)
def _read(path: Path, changed_ns: int, size: int) -> Run:
    """Read a file again only when it has changed: pages look at all of them at every click."""
    return from_json(path.read_bytes())


def _ended(path: Path, run: Run) -> Run:
    """A run that nobody is measuring any more was broken off when its process was."""
    if run.state is not RunState.RUNNING or path in _being_written:
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
    """Refuse numbers that no measurement can give.

    Raises:
        ValueError: if there is one.
    """
    for index, row in enumerate(run.rows):
        setup = row.setup
        counts = (setup.batch_size, setup.resolution, row.wanted)
        amounts = (row.params, row.macs, row.size_mb, row.peak_memory_mb or 0)
        if min(counts) < 1 or min(amounts) < 0 or any(call <= 0 for call in row.calls_ms):
            raise ValueError(f"row {index + 1} has a number that nobody can have measured")
    if any(ceiling.gflops <= 0 for ceiling in run.ceilings):
        raise ValueError("a ceiling that nobody can have measured")


def _has_news(row: Row) -> bool:
    return bool(row.rounds_ms or row.problem)


def _slug(machine: Machine) -> str:
    return re.sub(r"[^a-z0-9]+", "-", machine.model.lower()).strip("-")[:80] or "device"


def _file_name(run: Run) -> str:
    day = re.sub(r"[^0-9T]", "", run.started[:19])
    return f"{day}-{secrets.token_hex(3)}{SUFFIX}"
