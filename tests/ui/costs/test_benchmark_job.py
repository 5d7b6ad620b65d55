from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from example_run import example_run
from explorer.costs import benchmark, result_files
from explorer.costs.measurements import RunState
from explorer.errors import DeviceError
from explorer.ui.costs import benchmark_job
from explorer.ui.costs.benchmark_job import BenchmarkJob

PLAN = benchmark.BenchmarkPlan(())


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> threading.Event:
    """Make benchmarks endless; the event is set when one is closed."""
    ended = threading.Event()

    def endless(
        plan: benchmark.BenchmarkPlan, sessions: object
    ) -> Iterator[benchmark.BenchmarkProgress]:
        run = replace(example_run(), state=RunState.RUNNING)
        try:
            while True:
                yield benchmark.BenchmarkProgress(run, "Round 1", 0.1)
                threading.Event().wait(0.01)
        finally:
            ended.set()

    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(benchmark, "measure", endless)
    return ended


def started(is_here: bool = True) -> BenchmarkJob:
    job = BenchmarkJob(PLAN, lambda: is_here, lambda: 0)
    job.start()
    return job


def test_cancelling_ends_the_measurement_and_keeps_its_rows(closed: threading.Event) -> None:
    job = started()
    job.cancel()
    assert closed.wait(10)
    assert not job.alive
    assert job.run is not None
    assert job.run.state is RunState.CANCELLED
    assert job.run.rows == example_run().rows


def test_it_ends_when_its_reader_has_been_away_for_a_while(
    closed: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_job, "AWAY_SECONDS", 0.05)
    job = started(is_here=False)
    assert closed.wait(10)
    job.cancel()
    assert job.run is not None
    assert job.run.state is RunState.CANCELLED


def test_who_leaves_the_line_gives_up_the_place(closed: threading.Event) -> None:
    with benchmark.QUEUE.take():
        job = started()
        job.cancel()
    assert not job.alive
    assert job.run is None
    assert not closed.is_set()


def test_a_problem_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refusing(
        plan: benchmark.BenchmarkPlan, sessions: object
    ) -> Iterator[benchmark.BenchmarkProgress]:
        raise DeviceError("The measuring process could not be started.")
        yield

    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(benchmark, "measure", refusing)
    job = started()
    job.cancel()
    assert job.error == "The measuring process could not be started."
    assert benchmark.QUEUE.busy == 0


def test_a_mistake_of_ours_is_logged_and_leaves_nothing_that_seems_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaking(
        plan: benchmark.BenchmarkPlan, sessions: object
    ) -> Iterator[benchmark.BenchmarkProgress]:
        yield benchmark.BenchmarkProgress(
            replace(example_run(), state=RunState.RUNNING), "Round 1", 0.1
        )
        raise OSError("no more processes")

    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(benchmark, "measure", breaking)
    job = started()
    assert job._thread is not None
    job._thread.join(30)
    assert job.error == "The measurement broke off; start it again."
    assert job.run is not None
    assert job.run.state is RunState.CANCELLED
    assert "no more processes" in caplog.text
    assert benchmark.QUEUE.busy == 0
