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
        process: process that trains; it can be paused.
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
        self.process = PausableProcess()

    def _train(self) -> Generator[None, None, None]:
        with self.process.started((*COMMAND, str(self.seed))):
            for line in self.process.lines():
                if line is not None:
                    with suppress(ValueError):  # a line that was cut off when the process ended
                        self.points.append(Point(**json.loads(line)))
                yield
