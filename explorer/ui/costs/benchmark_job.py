"""A benchmark that a reader started: it runs in the background and ends when they leave."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ExplorerError
from explorer.serving.streamlit_internals import presence
from explorer.ui.frame.compute_turn import compute_queue

if TYPE_CHECKING:
    from explorer.costs.benchmark import BenchmarkPlan
    from explorer.costs.measurements import Run

_JOB = "benchmark_job"
AWAY_SECONDS = 20.0  # a reader disconnected for longer, e.g. on a locked phone, has left
_LOGGER = logging.getLogger(__name__)


class _Cancelled(Exception):
    """Raised to leave the queue."""


@dataclass(eq=False)
class BenchmarkJob:
    """A benchmark in a thread of its own.

    Attributes:
        plan: what to measure.
        is_here: function that tells whether the reader's session is still connected.
        others: function that returns the number of analyses the app is running.
        run: results so far; None while the job waits for its turn.
        step: current step, for readers.
        done: completed share of the work, 0..1.
        place: place in the queue, 1 is next; 0 once the job has its turn.
        error: why the benchmark failed, in a sentence; "" if it did not.
    """

    plan: BenchmarkPlan
    is_here: Callable[[], bool]
    others: Callable[[], int]
    run: Run | None = None
    step: str = "Starting"
    done: float = 0.0
    place: int = 0
    error: str = ""
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _last_here: float = field(default_factory=time.monotonic)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, which measures as soon as the queue allows."""
        self._thread = threading.Thread(target=self._work, daemon=True, name="benchmark")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the job waits or measures."""
        return self._thread is not None and self._thread.is_alive()

    def cancel(self, wait: float = 10.0) -> None:
        """Stop the job and keep the rows measured so far.

        Args:
            wait: longest time to wait for the thread, in seconds.
        """
        self._cancelled.set()
        if self._thread is not None:
            self._thread.join(wait)

    def _work(self) -> None:
        from explorer.costs.benchmark import QUEUE

        try:
            with QUEUE.take(self._update_place):
                self.place = 0
                self._measure()
        except _Cancelled:
            self.step = "Cancelled"
        except ExplorerError as error:
            self.error = str(error)
        except Exception:  # in a thread, nothing else would report it
            _LOGGER.exception("a measurement broke off")
            self.error = "The measurement broke off; start it again."

    def _update_place(self, place: int) -> None:
        self.place = place
        if self._should_stop():
            raise _Cancelled

    def _measure(self) -> None:
        from explorer.costs.benchmark import cancelled, measure
        from explorer.costs.result_files import saved

        try:
            with closing(saved(measure(self.plan, self.others))) as updates:
                for progress in updates:
                    self.run, self.step, self.done = progress.run, progress.step, progress.done
                    if self._should_stop():
                        break
        finally:
            if self.run is not None:
                self.run = cancelled(self.run)

    def _should_stop(self) -> bool:
        """Whether the reader cancelled the job, or has been away for `AWAY_SECONDS`."""
        if self.is_here():
            self._last_here = time.monotonic()
        return self._cancelled.is_set() or time.monotonic() - self._last_here > AWAY_SECONDS


def current() -> BenchmarkJob | None:
    """Return the session's latest job, alive or ended."""
    job: BenchmarkJob | None = st.session_state.get(_JOB)
    return job


def start(plan: BenchmarkPlan) -> BenchmarkJob:
    """Start a benchmark for this session, and cancel the previous one if it is still alive."""
    previous = current()
    if previous is not None:
        previous.cancel()
    # Looked up here, where Streamlit knows the session: the thread outlives this script run.
    queue = compute_queue()
    job = BenchmarkJob(plan, presence(), lambda: queue.busy)
    st.session_state[_JOB] = job
    job.start()
    return job
