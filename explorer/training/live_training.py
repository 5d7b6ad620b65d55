"""The live training of two twins: in a process of its own, one at a time, the rest in a line."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from explorer.fair_queue import FairQueue
from explorer.training.twin_training import GO, PAUSE, Point

QUEUE = FairQueue(1)  # trainings at once on this server
COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.training.twin_training",
)  # -P: not from the current folder
AWAY_SECONDS = 20.0  # a phone that was put down for longer has left
LONGEST_PAUSE = 120.0  # seconds; others wait in the line
_LOGGER = logging.getLogger(__name__)


class TrainingState(StrEnum):
    """Where a live training is."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


_OVER = (TrainingState.DONE, TrainingState.STOPPED, TrainingState.FAILED)


class _Left(Exception):
    """Gives up the place in the line."""


@dataclass(eq=False)
class LiveTraining:
    """A training that a reader started; it goes on in a thread while they click elsewhere.

    Attributes:
        seed: of weights, pictures and batches.
        is_here: whether the reader still is.
        state: where it is.
        place: in the line; 0 once it has its turn.
        points: what both twins did so far.
    """

    seed: int
    is_here: Callable[[], bool]
    state: TrainingState = TrainingState.WAITING
    place: int = 0
    points: list[Point] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None
    _leaving: threading.Event = field(default_factory=threading.Event)
    _seen: float = field(default_factory=time.monotonic)
    _changed: float = 0.0
    _changing: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or stand in the line."""
        self._thread = threading.Thread(target=self._work, daemon=True, name="live twins")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it waits, trains or pauses."""
        return self.state not in _OVER

    def pause(self) -> None:
        """Hold the training; after two minutes it ends, for others wait."""
        self._change(TrainingState.RUNNING, TrainingState.PAUSED, PAUSE)

    def go_on(self) -> None:
        """Go on after a pause."""
        self._change(TrainingState.PAUSED, TrainingState.RUNNING, GO)

    def stop(self, wait: float = 10.0) -> None:
        """End it; the points that are there stay."""
        self._leaving.set()
        self._kill()
        self.join(wait)

    def join(self, wait: float) -> None:
        """Wait for its end, so many seconds at most."""
        if self._thread is not None:
            self._thread.join(wait)

    def _work(self) -> None:
        end = TrainingState.FAILED
        try:
            with QUEUE.take(self._wait):
                self.place = 0
                end = self._train()
        except _Left:
            end = TrainingState.STOPPED
        except Exception:  # nobody else would hear of it
            _LOGGER.exception("a live training broke off")
        finally:
            with self._changing:
                self.state = end

    def _wait(self, place: int) -> None:
        self.place = place
        if self._wanted_no_more():
            raise _Left

    def _change(self, before: TrainingState, after: TrainingState, word: str) -> None:
        """Go from one state to another, unless the run is elsewhere by now."""
        with self._changing:
            if self.state is before:
                self.state, self._changed = after, time.monotonic()
                self._tell(word)

    def _train(self) -> TrainingState:
        self._process = subprocess.Popen(
            (*COMMAND, str(self.seed)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.state = TrainingState.RUNNING
        watch = threading.Thread(target=self._watch, args=(self._process,), daemon=True)
        watch.start()
        with self._process:
            for line in self._process.stdout or ():
                with suppress(ValueError):  # a line that was cut off when it was killed
                    self.points.append(Point(**json.loads(line)))
        watch.join()
        if self._leaving.is_set():
            return TrainingState.STOPPED
        return TrainingState.DONE if self._process.returncode == 0 else TrainingState.FAILED

    def _watch(self, process: subprocess.Popen[str]) -> None:
        """Kill the process as soon as nobody wants it any more."""
        while process.poll() is None:
            if self._wanted_no_more():
                self._leaving.set()
                self._kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.4)

    def _wanted_no_more(self) -> bool:
        """Whether the reader stopped it, has been away for a while, or pauses for too long."""
        now = time.monotonic()
        if self.is_here():
            self._seen = now
        too_long = self.state is TrainingState.PAUSED and now - self._changed > LONGEST_PAUSE
        return self._leaving.is_set() or too_long or now - self._seen > AWAY_SECONDS

    def _tell(self, word: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):  # it has ended, and its input may be closed
                print(word, file=self._process.stdin, flush=True)

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
