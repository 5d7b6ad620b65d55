"""The measuring process, seen from its parent: the request, the messages, and how to end it.

The process runs `explorer.costs.benchmark_timing`. It reads a request from its standard input, as
one line of JSON, and writes its news to its standard output, one JSON object per line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

from explorer.costs.measurements import Ceiling, Effort, Machine, Row
from explorer.json_records import from_record, to_record
from explorer.process_lines import lines

COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.costs.benchmark_timing",
)  # -P: not from the current folder


@dataclass(frozen=True)
class BenchmarkRequest:
    """What to measure.

    Attributes:
        rows: one row for each setup, with the calls that an earlier process has timed.
        effort: duration and number of calls.
        threads: number of torch threads; None for torch's default.
    """

    rows: tuple[Row, ...]
    effort: Effort
    threads: int | None


@dataclass(frozen=True)
class BenchmarkNews:
    """A message from the measuring process.

    Attributes:
        index: index of the row that is about to be measured, or of `row`.
        row: all results of that row so far; None if it is only about to be measured.
        machine: description of the machine, in the first message only.
        ceiling: best matrix product of one dtype so far.
        done: whether this is the last message.
    """

    index: int | None = None
    row: Row | None = None
    machine: Machine | None = None
    ceiling: Ceiling | None = None
    done: bool = False


class BenchmarkProcess:
    """A process that measures a request; leaving the `with` block kills it.

    Args:
        request: rows to measure, and the effort.
    """

    def __init__(self, request: BenchmarkRequest) -> None:
        self._request = request

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # so that its children, such as compilers, end with it
        )
        self._lines = lines(self._process, json.dumps(to_record(self._request)))
        return self

    def __exit__(self, *reason: object) -> None:
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):  # a part of the request may be left that nobody reads any more
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def news(self) -> Iterator[BenchmarkNews | None]:
        """Yield news as it arrives, and None after a while without any, until the process ends."""
        for line in self._lines:
            yield None if line is None else from_record(BenchmarkNews, json.loads(line))

    def exit_code(self) -> int:
        """Wait for the process to end; a negative code is minus the signal that ended it."""
        return self._process.wait()


class CpuLoad:
    """Average number of processor cores kept busy by everything but one process, from now on.

    Args:
        pid: id of the process that does not count.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._started, self._busy, self._own = self._cpu_seconds()

    def others(self) -> float | None:
        """Return the average so far; None if the process is gone."""
        try:
            now, busy, own = self._cpu_seconds()
        except psutil.Error:
            return None
        seconds = now - self._started
        others_busy = (busy - self._busy) - (own - self._own)
        return max(others_busy / seconds, 0.0) if seconds > 0 else None

    def _cpu_seconds(self) -> tuple[float, float, float]:
        """Return the clock, all busy time and the process's own CPU time, each in seconds."""
        everything, own = psutil.cpu_times(), self._process.cpu_times()
        idle = everything.idle + getattr(everything, "iowait", 0.0)
        counted_twice = getattr(everything, "guest", 0.0) + getattr(everything, "guest_nice", 0.0)
        busy = sum(everything) - idle - counted_twice
        return time.monotonic(), busy, own.user + own.system
