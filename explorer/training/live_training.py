"""Live training of two twins in a separate process, one at a time, with a queue for the others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import suppress

from explorer.background_job import BackgroundJob
from explorer.fair_queue import FairQueue
from explorer.pausable_process import PausableProcess
from explorer.training.twin_training import Point

QUEUE = FairQueue(1)  # one training at a time on this server, of whatever kind
COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.training.twin_training",
)  # -P: not from the current folder


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
        self._process: PausableProcess | None = None

    @property
    def paused(self) -> bool:
        """Whether the training is held, and can go on."""
        return self.job.alive and self._process is not None and self._process.paused

    def pause(self) -> None:
        """Pause the training; it ends after two minutes, since others are waiting."""
        if self._process is not None:
            self._process.pause()

    def go_on(self) -> None:
        """Resume after a pause."""
        if self._process is not None:
            self._process.go_on()

    def _train(self) -> Generator[None, None, None]:
        with PausableProcess((*COMMAND, str(self.seed))) as self._process:
            for line in self._process.lines():
                if line is not None:
                    with suppress(ValueError):  # a line that was cut off when the process ended
                        self.points.append(Point(**json.loads(line)))
                yield
