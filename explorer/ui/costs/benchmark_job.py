"""A measurement that a reader started: it goes on while they click, and ends when they leave."""

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
from explorer.ui.frame.compute_turn import compute_queue
from explorer.ui.frame.presence import presence

if TYPE_CHECKING:
    from explorer.costs.benchmark import BenchmarkPlan
    from explorer.costs.measurements import Run

_JOB = "benchmark_job"
AWAY_SECONDS = 20.0  # a phone that was put down for longer has left
_LOGGER = logging.getLogger(__name__)


class _Left(Exception):
    """Gives up the place in the line."""


@dataclass(eq=False)
class BenchmarkJob:
    """A measurement in a thread of its own.

    Attributes:
        plan: what is measured.
        is_here: whether the reader still is.
        others: how many analyses the app is busy with right now.
        run: everything so far; None while it waits for its turn.
        step: what happens now.
        done: how much of the work is done, 0..1.
        place: in the line; 0 once it has its turn.
        error: why it could not be done, in a sentence.
    """

    plan: BenchmarkPlan
    is_here: Callable[[], bool]
    others: Callable[[], int]
    run: Run | None = None
    step: str = "Starting"
    done: float = 0.0
    place: int = 0
    error: str = ""
    _leaving: threading.Event = field(default_factory=threading.Event)
    _seen: float = field(default_factory=time.monotonic)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or stand in the line."""
        self._thread = threading.Thread(target=self._work, daemon=True, name="benchmark")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it waits or measures."""
        return self._thread is not None and self._thread.is_alive()

    def cancel(self, wait: float = 10.0) -> None:
        """End it; the rows that are there stay."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(wait)

    def _work(self) -> None:
        from explorer.costs.benchmark import QUEUE

        try:
            with QUEUE.take(self._wait):
                self.place = 0
                self._measure()
        except _Left:
            self.step = "Cancelled"
        except ExplorerError as error:
            self.error = str(error)
        except Exception:  # nobody else would hear of it
            _LOGGER.exception("a measurement broke off")
            self.error = "The measurement broke off; start it again."

    def _wait(self, place: int) -> None:
        self.place = place
        if self._wanted_no_more():
            raise _Left

    def _measure(self) -> None:
        from explorer.costs.benchmark import cancelled, measure
        from explorer.costs.result_files import saved

        try:
            with closing(saved(measure(self.plan, self.others))) as news:
                for now in news:
                    self.run, self.step, self.done = now.run, now.step, now.done
                    if self._wanted_no_more():
                        break
        finally:
            if self.run is not None:
                self.run = cancelled(self.run)

    def _wanted_no_more(self) -> bool:
        """Whether the reader cancelled it, or has been away for a while."""
        if self.is_here():
            self._seen = time.monotonic()
        return self._leaving.is_set() or time.monotonic() - self._seen > AWAY_SECONDS


def current() -> BenchmarkJob | None:
    """Return the session's latest measurement, running or over."""
    job: BenchmarkJob | None = st.session_state.get(_JOB)
    return job


def start(plan: BenchmarkPlan) -> BenchmarkJob:
    """Start a measurement for this session; one that still runs is ended first."""
    before = current()
    if before is not None:
        before.cancel()
    # Taken here, where Streamlit knows the session: the thread outlives this run of the script.
    line = compute_queue()
    job = BenchmarkJob(plan, presence(), lambda: line.busy)
    st.session_state[_JOB] = job
    job.start()
    return job
