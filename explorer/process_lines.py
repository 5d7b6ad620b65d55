"""The lines that a child process writes, as they arrive."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

HEARTBEAT = 0.3  # seconds


def lines(
    process: subprocess.Popen[str], request: str = "", heartbeat: float = HEARTBEAT
) -> Iterator[str | None]:
    """Read what a process writes from now on: each line, and None after a while without any.

    Args:
        process: process with a pipe at its output, and at its input if there is a request.
        request: line to send first; the input stays open, so that a process which finds it closed
            knows that nobody waits for it any more.
        heartbeat: longest time between two items, in seconds.

    Returns:
        The lines, until the process has ended.
    """
    arrived: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    arguments = (process, request, arrived.put)
    threading.Thread(target=_exchange, args=arguments, daemon=True).start()
    return _arrivals(arrived, heartbeat)


def _arrivals(arrived: queue.SimpleQueue[str | None], heartbeat: float) -> Iterator[str | None]:
    while True:
        try:
            line = arrived.get(timeout=heartbeat)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def _exchange(
    process: subprocess.Popen[str], request: str, put: Callable[[str | None], None]
) -> None:
    """Send the request, then put each line of the process, and None once it has ended."""
    assert process.stdout is not None
    try:
        with suppress(OSError):  # a process that does not read may still have something to say
            if request:
                print(request, file=process.stdin, flush=True)
        with process.stdout:
            for line in process.stdout:
                put(line)
        process.wait()
    finally:
        put(None)
