"""Live training of two twins in a separate process, one at a time, with a queue for the others."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress

from explorer.background_job import BackgroundJob, JobCancelled
from explorer.fair_queue import FairQueue
from explorer.process_lines import lines
from explorer.training.twin_training import GO, PAUSE, Point

QUEUE = FairQueue(1)  # one training at a time on this server
COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.training.twin_training",
)  # -P: not from the current folder
LONGEST_PAUSE = 120.0  # seconds; others wait in the queue


class LiveTraining:
    """A training that a reader started; it runs in the background, independently of page runs.

    Attributes:
        seed: seed of weights, pictures and batches.
        points: results of both twins so far.
        job: job that trains; it says how far the training is, and ends it.

    Args:
        seed: as above.
        is_here: function that returns whether the reader is still connected.
    """

    def __init__(self, seed: int, is_here: Callable[[], bool]) -> None:
        self.seed = seed
        self.points: list[Point] = []
        self.job: BackgroundJob[None] = BackgroundJob(
            self._train, QUEUE, is_here, "The training broke off; start it again."
        )
        self._process: subprocess.Popen[str] | None = None
        self._paused_at: float | None = None  # on the monotonic clock

    @property
    def paused(self) -> bool:
        """Whether the training is held, and can go on."""
        return self.job.alive and self._paused_at is not None

    def pause(self) -> None:
        """Pause the training; it ends after two minutes, since others are waiting."""
        if not self.paused and self._send(PAUSE):
            self._paused_at = time.monotonic()

    def go_on(self) -> None:
        """Resume after a pause."""
        if self.paused and self._send(GO):
            self._paused_at = None

    def _train(self) -> Generator[None, None, None]:
        with _twin_process(self.seed) as process:
            self._process = process
            for line in lines(process):
                if line is not None:
                    with suppress(ValueError):  # a line that was cut off when the process ended
                        self.points.append(Point(**json.loads(line)))
                self._check_pause()
                yield
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, COMMAND)

    def _check_pause(self) -> None:
        paused_at = self._paused_at
        if paused_at is not None and time.monotonic() - paused_at > LONGEST_PAUSE:
            raise JobCancelled

    def _send(self, command: str) -> bool:
        """Send a command; return False if there is no process to follow it."""
        if self._process is None or self._process.stdin is None:
            return False
        try:
            print(command, file=self._process.stdin, flush=True)
        except (OSError, ValueError):  # it has ended, and its input may be closed
            return False
        return True


@contextmanager
def _twin_process(seed: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process that trains; kill it at the end of the `with` block if it still runs."""
    process = subprocess.Popen(
        (*COMMAND, str(seed)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdin is not None
        with suppress(OSError):  # a command may be left that nobody reads any more
            process.stdin.close()
