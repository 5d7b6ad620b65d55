from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from example_run import example_run
from explorer.background_job import JobState
from explorer.costs import benchmark, result_files
from explorer.costs.measurements import RunState
from explorer.errors import DeviceError
from explorer.ui.costs import benchmark_job
from explorer.ui.costs.benchmark_job import BenchmarkJob
from patience import PATIENCE

PLAN = benchmark.BenchmarkPlan(())
Updates = Generator[benchmark.BenchmarkProgress, None, None]


def update(state: RunState = RunState.RUNNING) -> benchmark.BenchmarkProgress:
    return benchmark.BenchmarkProgress(replace(example_run(), state=state), "Round 1", 0.1)


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Make benchmarks endless; the event is set when one is closed."""
    ended = threading.Event()

    def endless(plan: benchmark.BenchmarkPlan, sessions: object) -> Updates:
        try:
            while True:
                yield update()
                threading.Event().wait(0.01)
        finally:
            ended.set()

    monkeypatch.setattr(benchmark, "measure", endless)
    return ended


def started(is_here: bool = True) -> BenchmarkJob:
    job = benchmark_job.prepare(PLAN, lambda: is_here, lambda: 0)
    job.longest_absence = 0.0 if not is_here else job.longest_absence
    job.start()
    return job


def test_cancelling_ends_the_measurement_and_keeps_its_rows(closed: threading.Event) -> None:
    job = started()
    job.cancel()
    assert closed.wait(PATIENCE)
    assert not job.alive
    run = benchmark_job.measured(job)
    assert run is not None
    assert run.state is RunState.CANCELLED
    assert run.rows == example_run().rows


def test_it_ends_when_its_reader_has_been_away_for_a_while(closed: threading.Event) -> None:
    job = started(is_here=False)
    assert closed.wait(PATIENCE)
    job.join(PATIENCE)
    run = benchmark_job.measured(job)
    assert run is not None
    assert run.state is RunState.CANCELLED


def test_who_leaves_the_line_gives_up_the_place(closed: threading.Event) -> None:
    with benchmark.QUEUE.take():
        job = started()
        job.cancel()
    assert not job.alive
    assert benchmark_job.measured(job) is None
    assert not closed.is_set()


def test_a_plan_is_measured_beside_the_other_analyses(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[tuple[benchmark.BenchmarkPlan, object]] = []

    def done(plan: benchmark.BenchmarkPlan, sessions: object) -> Updates:
        measured.append((plan, sessions))
        yield replace(update(RunState.DONE), done=1.0, step="Done")

    def others() -> int:
        return 2

    monkeypatch.setattr(benchmark, "measure", done)
    job = benchmark_job.prepare(PLAN, lambda: True, others)
    assert benchmark_job.progress(job) == (0.0, "Starting")
    job.start()
    job.join(PATIENCE)
    assert measured == [(PLAN, others)]
    assert job.state is JobState.DONE
    assert benchmark_job.progress(job) == (1.0, "Done")
    run = benchmark_job.measured(job)
    assert run is not None
    assert run.state is RunState.DONE


def test_a_problem_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(plan: benchmark.BenchmarkPlan, sessions: object) -> Updates:
        raise DeviceError("The measuring process could not be started.")
        yield

    monkeypatch.setattr(benchmark, "measure", refusing)
    job = started()
    job.join(PATIENCE)
    assert job.error == "The measuring process could not be started."
    assert benchmark.QUEUE.busy == 0


def test_a_mistake_of_ours_is_logged_and_leaves_nothing_that_seems_to_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaking(plan: benchmark.BenchmarkPlan, sessions: object) -> Updates:
        yield update()
        raise OSError("no more processes")

    monkeypatch.setattr(benchmark, "measure", breaking)
    job = started()
    job.join(PATIENCE)
    assert job.error == "The measurement broke off; start it again."
    run = benchmark_job.measured(job)
    assert run is not None
    assert run.state is RunState.CANCELLED
    assert "no more processes" in caplog.text
    assert benchmark.QUEUE.busy == 0
