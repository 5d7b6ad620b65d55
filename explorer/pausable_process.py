"""A child process that trains for a reader: it can be paused, and ends with whoever waits for it.

The parent holds the child's input open and writes "pause" and "go" to it, one a line; the child,
which calls `follow_commands`, exits when its input is closed because the parent is gone.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import IO

from explorer.background_job import JobCancelled
from explorer.process_lines import lines

PAUSE, GO = "pause", "go"
LONGEST_PAUSE = 120.0  # seconds; others wait in the queue


def send_nothing(stream: IO[bytes]) -> None:
    """Leave everything to the command."""


class PausableProcess:
    """A process that computes and reports in lines; until it is started, it cannot be paused."""

    def __init__(self) -> None:
        self._sent = threading.Event()
        self._paused_at: float | None = None  # on the monotonic clock

    @contextmanager
    def started(
        self, command: Sequence[str], send: Callable[[IO[bytes]], None] = send_nothing
    ) -> Iterator[None]:
        """Start it, once; leaving the `with` block kills it.

        Args:
            command: command to run.
            send: function that writes the request to the process's input, in a thread of its own.
        """
        self._command = command
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        threading.Thread(target=self._send, args=(send,), daemon=True).start()
        try:
            yield
        finally:
            self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._sent.wait()  # it ends at once, since nobody reads any more
        self._paused_at = None
        assert self._process.stdin is not None
        with suppress(OSError):  # a command may be left that nobody reads any more
            self._process.stdin.close()

    def lines(self) -> Iterator[str | None]:
        """Yield what it writes, line by line, and None after a while without any, until it ends.

        Raises:
            JobCancelled: if it has been paused for too long.
            CalledProcessError: if it breaks off.
        """
        for line in lines(self._process):
            yield line
            if self._paused_at is not None and time.monotonic() - self._paused_at > LONGEST_PAUSE:
                raise JobCancelled
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, self._command)

    @property
    def paused(self) -> bool:
        """Whether it is held, and can go on."""
        return self._paused_at is not None

    def pause(self) -> None:
        """Hold it; it ends after two minutes, since others are waiting."""
        if not self.paused and self._order(PAUSE):
            self._paused_at = time.monotonic()

    def go_on(self) -> None:
        """Let it go on after a pause."""
        if self.paused and self._order(GO):
            self._paused_at = None

    def _send(self, send: Callable[[IO[bytes]], None]) -> None:
        assert isinstance(self._process.stdin, TextIOWrapper)
        try:
            with suppress(OSError):  # a process that does not read may still have something to say
                send(self._process.stdin.buffer)
                self._process.stdin.buffer.flush()
        finally:
            self._sent.set()

    def _order(self, command: str) -> bool:
        """Send a command; return False if there is no process to follow it."""
        if not self._sent.is_set():
            return False
        try:
            print(command, file=self._process.stdin, flush=True)
        except (OSError, ValueError):  # it has ended, and its input may be closed
            return False
        return True


def follow_commands(commands: Iterable[str], running: threading.Event) -> None:
    """In the child: clear an event while the parent has paused it, and set it otherwise.

    Args:
        commands: lines of its input; once they end, the process exits.
        running: the event.
    """
    running.set()
    threading.Thread(target=_follow, args=(commands, running), daemon=True).start()


def _follow(commands: Iterable[str], running: threading.Event) -> None:
    for line in commands:
        if line.strip() == PAUSE:
            running.clear()
        else:
            running.set()
    os._exit(0)
