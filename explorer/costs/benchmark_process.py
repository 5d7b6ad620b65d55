"""The measuring process, seen from outside: what it is asked, what it says, and how to end it.

Inside it runs `explorer.costs.benchmark_worker`. A request goes to its standard input, as one line
of JSON; the news come from its standard output, one per line.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

from explorer.costs.measurements import Ceiling, Effort, Machine, Row
from explorer.records import from_record, to_record

COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.costs.benchmark_worker",
)  # -P: not from the current folder
_PATIENCE = 0.4  # seconds without news, after which the caller may look around


@dataclass(frozen=True)
class BenchmarkRequest:
    """What to measure.

    Attributes:
        rows: one for each setup, with what an earlier process has measured already.
        effort: how long.
        threads: of torch; None for what torch takes by itself.
    """

    rows: tuple[Row, ...]
    effort: Effort
    threads: int | None


@dataclass(frozen=True)
class BenchmarkNews:
    """What the measuring process has to say.

    Attributes:
        index: of the row that it turns to, or whose `row` this is.
        row: all that is known of that row; None if it is only about to be measured.
        machine: what measures; in the first news only.
        ceiling: of one dtype; the best so far.
        done: whether this is the last news.
    """

    index: int | None = None
    row: Row | None = None
    machine: Machine | None = None
    ceiling: Ceiling | None = None
    done: bool = False


class BenchmarkProcess:
    """A process that measures what was asked for; leaving the `with` block kills it.

    Args:
        request: what to measure.
    """

    def __init__(self, request: BenchmarkRequest) -> None:
        self._request = request
        self._lines: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # so that its helpers, compilers for instance, end with it
        )
        threading.Thread(target=self._converse, daemon=True).start()
        return self

    def __exit__(self, *reason: object) -> None:
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def news(self) -> Iterator[BenchmarkNews | None]:
        """Yield the news as they come, and None where there are none for a while, until it ends."""
        while True:
            try:
                line = self._lines.get(timeout=_PATIENCE)
            except queue.Empty:
                yield None
                continue
            if line is None:
                return
            yield from_record(BenchmarkNews, json.loads(line))

    def exit_code(self) -> int:
        """Wait for its end; a negative number is that of the signal that ended it."""
        return self._process.wait()

    def _converse(self) -> None:
        """Ask, then listen; the other side reads its input's end as a sign that we are gone."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError), process.stdin, process.stdout:  # it may be killed at any time
            print(json.dumps(to_record(self._request)), file=process.stdin, flush=True)
            for line in process.stdout:
                self._lines.put(line)
        self._lines.put(None)


class CpuLoad:
    """How many processor cores everything but one process keeps busy, on average, from now on.

    Args:
        pid: of the process that does not count.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._started, self._busy, self._own = self._look()

    def others(self) -> float | None:
        """Return the average so far; None if it cannot be told any more."""
        try:
            now, busy, own = self._look()
        except psutil.Error:
            return None
        seconds = now - self._started
        others = (busy - self._busy) - (own - self._own)
        return max(others / seconds, 0.0) if seconds > 0 else None

    def _look(self) -> tuple[float, float, float]:
        everything, own = psutil.cpu_times(), self._process.cpu_times()
        idle = everything.idle + getattr(everything, "iowait", 0.0)
        counted_twice = getattr(everything, "guest", 0.0) + getattr(everything, "guest_nice", 0.0)
        busy = sum(everything) - idle - counted_twice
        return time.monotonic(), busy, own.user + own.system
