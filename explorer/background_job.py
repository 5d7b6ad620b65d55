"""Work that a reader started: it runs in the background, in turn, and ends when they leave."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from explorer.errors import ExplorerError
from explorer.fair_queue import FairQueue

AWAY_SECONDS = 20.0  # a reader disconnected for longer, e.g. on a locked phone, has left
_LOGGER = logging.getLogger(__name__)
Update = TypeVar("Update")


class JobState(StrEnum):
    """State of a job; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class JobCancelled(Exception):
    """Raised to end a job as cancelled, e.g. by the work itself."""


@dataclass(eq=False)
class BackgroundJob(Generic[Update]):
    """Work in a thread of its own, which outlives the page run that started it.

    An `ExplorerError` of the work ends the job with the error's sentence. Any other error is one of
    ours: it is logged, and the job ends with `broke_off`.

    Attributes:
        work: function that returns the work as a generator of updates. It should yield about twice
            a second, because a job that must end does so after an update, by closing the generator.
            None once the job has ended, so that nothing the work refers to is kept.
        queue: queue of all jobs of one kind.
        is_here: function that tells, from any thread, whether the reader is still connected.
        broke_off: sentence for readers if an error of ours ends the job.
        longest_absence: time in s after which a disconnected reader has left.
        state: current state.
        place: place in the queue, 1 is next; 0 once the job has its turn.
        latest: latest update; None before the first one.
        error: why the job failed, in a sentence for readers; "" if it did not.
    """

    work: Callable[[], Generator[Update, None, None]] | None
    queue: FairQueue
    is_here: Callable[[], bool]
    broke_off: str
    longest_absence: float = AWAY_SECONDS
    state: JobState = JobState.WAITING
    place: int = 0
    latest: Update | None = None
    error: str = ""
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _last_here: float = field(default_factory=time.monotonic)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, which works as soon as the queue allows."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the job waits or works."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    def cancel(self, wait: float = 10.0) -> None:
        """End the job and keep its latest update.

        Args:
            wait: longest time to wait for the end, in s.
        """
        self._cancelled.set()
        self.join(wait)

    def join(self, wait: float) -> None:
        """Wait for the job to end, at most this number of seconds."""
        if self._thread is not None:
            self._thread.join(wait)

    def _run(self) -> None:
        state, error = JobState.FAILED, self.broke_off
        try:
            with self.queue.take(self._update_place):
                self.place, self.state = 0, JobState.RUNNING
                self._work_off()
            state, error = JobState.DONE, ""
        except JobCancelled:
            state, error = JobState.CANCELLED, ""
        except ExplorerError as problem:
            error = problem.for_visitors  # the error itself would keep the frames of the work
        except Exception:  # in a thread of a server, nothing else would report it
            _LOGGER.exception("a background job broke off")
        finally:
            self.work, self.error, self.state = None, error, state

    def _update_place(self, place: int) -> None:
        self.place = place
        self._check()

    def _work_off(self) -> None:
        assert self.work is not None  # a job is started once
        with closing(self.work()) as updates:
            for update in updates:
                self.latest = update
                self._check()

    def _check(self) -> None:
        """End the job if it was cancelled, or its reader has been away for too long."""
        now = time.monotonic()
        if self.is_here():
            self._last_here = now
        if self._cancelled.is_set() or now - self._last_here > self.longest_absence:
            raise JobCancelled
