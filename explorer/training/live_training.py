"""Live training of two twins in a separate process, one at a time, with a queue for the others."""

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

QUEUE = FairQueue(1)  # one training at a time on this server
COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.training.twin_training",
)  # -P: not from the current folder
AWAY_SECONDS = 20.0  # after which a reader is taken to have left
LONGEST_PAUSE = 120.0  # seconds; others wait in the queue
_LOGGER = logging.getLogger(__name__)


class TrainingState(StrEnum):
    """State of a live training."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


_FINAL_STATES = (TrainingState.DONE, TrainingState.STOPPED, TrainingState.FAILED)


class _Cancelled(Exception):
    """Raised to leave the queue."""


@dataclass(eq=False)
class LiveTraining:
    """A training that a reader started; it runs in a thread, independently of page runs.

    Attributes:
        seed: seed of weights, pictures and batches.
        is_here: function that returns whether the reader is still connected.
        state: current state.
        place: position in the queue, from 1; 0 once it has its turn.
        points: results of both twins so far.
    """

    seed: int
    is_here: Callable[[], bool]
    state: TrainingState = TrainingState.WAITING
    place: int = 0
    points: list[Point] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None
    _stop_requested: threading.Event = field(default_factory=threading.Event)
    _last_seen: float = field(default_factory=time.monotonic)
    _changed_at: float = 0.0
    _state_lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start training, or wait in the queue."""
        self._thread = threading.Thread(target=self._run, daemon=True, name="live twins")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it is waiting, training or paused."""
        return self.state not in _FINAL_STATES

    def pause(self) -> None:
        """Pause the training; it ends after two minutes, since others are waiting."""
        self._change_state(TrainingState.RUNNING, TrainingState.PAUSED, PAUSE)

    def go_on(self) -> None:
        """Resume after a pause."""
        self._change_state(TrainingState.PAUSED, TrainingState.RUNNING, GO)

    def stop(self, wait: float = 10.0) -> None:
        """End the training; its points so far stay."""
        self._stop_requested.set()
        self._kill()
        self.join(wait)

    def join(self, wait: float) -> None:
        """Wait for the training to end, at most this number of seconds."""
        if self._thread is not None:
            self._thread.join(wait)

    def _run(self) -> None:
        end = TrainingState.FAILED
        try:
            with QUEUE.take(self._on_wait):
                self.place = 0
                end = self._train()
        except _Cancelled:
            end = TrainingState.STOPPED
        except Exception:  # otherwise it would be lost in the thread
            _LOGGER.exception("a live training broke off")
        finally:
            with self._state_lock:
                self.state = end

    def _on_wait(self, place: int) -> None:
        self.place = place
        if self._should_stop():
            raise _Cancelled

    def _change_state(self, before: TrainingState, after: TrainingState, command: str) -> None:
        """Change the state and send a command, unless the state is not `before` any more."""
        with self._state_lock:
            if self.state is before:
                self.state, self._changed_at = after, time.monotonic()
                self._send(command)

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
                with suppress(ValueError):  # a line that was cut off when the process was killed
                    self.points.append(Point(**json.loads(line)))
        watch.join()
        if self._stop_requested.is_set():
            return TrainingState.STOPPED
        return TrainingState.DONE if self._process.returncode == 0 else TrainingState.FAILED

    def _watch(self, process: subprocess.Popen[str]) -> None:
        """Kill the process as soon as the training should stop."""
        while process.poll() is None:
            if self._should_stop():
                self._stop_requested.set()
                self._kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.4)

    def _should_stop(self) -> bool:
        """Check whether the reader stopped it, has left, or has paused for too long."""
        now = time.monotonic()
        if self.is_here():
            self._last_seen = now
        too_long = self.state is TrainingState.PAUSED and now - self._changed_at > LONGEST_PAUSE
        return self._stop_requested.is_set() or too_long or now - self._last_seen > AWAY_SECONDS

    def _send(self, command: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):  # it has ended, and its input may be closed
                print(command, file=self._process.stdin, flush=True)

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
