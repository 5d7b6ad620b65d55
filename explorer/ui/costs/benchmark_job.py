"""A session's benchmark, which runs in the background and ends when its reader leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import streamlit as st

from explorer.background_job import BackgroundJob
from explorer.serving.streamlit_internals import presence
from explorer.ui.frame.compute_turn import compute_queue

if TYPE_CHECKING:
    from explorer.costs.benchmark import BenchmarkPlan, BenchmarkProgress
    from explorer.costs.measurements import Run

BenchmarkJob: TypeAlias = "BackgroundJob[BenchmarkProgress]"
_JOB = "benchmark_job"


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
    job = prepare(plan, presence(), lambda: queue.busy)
    st.session_state[_JOB] = job
    job.start()
    return job


def prepare(
    plan: BenchmarkPlan, is_here: Callable[[], bool], others: Callable[[], int]
) -> BenchmarkJob:
    """Return a benchmark as a job that is not started yet.

    Args:
        plan: what to measure.
        is_here: function that tells whether the reader's session is still connected.
        others: function that returns the number of analyses the app is running.
    """
    from explorer.costs.benchmark import QUEUE, measure
    from explorer.costs.result_files import saved

    return BackgroundJob(
        lambda: saved(measure(plan, others)),
        QUEUE,
        is_here,
        "The measurement broke off; start it again.",
    )


def measured(job: BenchmarkJob | None) -> Run | None:
    """Return a job's results so far, marked as cancelled if it ended early; None without any."""
    from explorer.costs.benchmark import cancelled

    if job is None or job.latest is None:
        return None
    return job.latest.run if job.alive else cancelled(job.latest.run)


def progress(job: BenchmarkJob) -> tuple[float, str]:
    """Return the share of the work that is done, 0..1, and the current step for readers."""
    return (job.latest.done, job.latest.step) if job.latest is not None else (0.0, "Starting")
