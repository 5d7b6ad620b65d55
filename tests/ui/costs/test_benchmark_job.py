from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from example_run import example_run

from explorer.costs import benchmark, result_files
from explorer.costs.measurements import State
from explorer.errors import DeviceError
from explorer.ui.costs import benchmark_job
from explorer.ui.costs.benchmark_job import Job

PLAN = benchmark.Plan(())


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> threading.Event:
    """An endless measurement; the event says that it was ended."""
    ended = threading.Event()

    def endless(plan: benchmark.Plan, sessions: object) -> Iterator[benchmark.Progress]:
        run = replace(example_run(), state=State.RUNNING)
        try:
            while True:
                yield benchmark.Progress(run, "Round 1", 0.1)
                threading.Event().wait(0.01)
        finally:
            ended.set()

    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(benchmark, "measure", endless)
    return ended


def started(is_here: bool = True) -> Job:
    job = Job(PLAN, lambda: is_here, lambda: 0)
    job.start()
    return job


def test_cancelling_ends_the_measurement_and_keeps_its_rows(closed: threading.Event) -> None:
    job = started()
    job.cancel()
    assert closed.wait(10)
    assert not job.alive
    assert job.run is not None
    assert job.run.state is State.CANCELLED
    assert job.run.rows == example_run().rows


def test_it_ends_when_its_reader_has_been_away_for_a_while(
    closed: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_job, "AWAY_SECONDS", 0.05)
    job = started(is_here=False)
    assert closed.wait(10)
    job.cancel()
    assert job.run is not None
    assert job.run.state is State.CANCELLED


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
    def refusing(plan: benchmark.Plan, sessions: object) -> Iterator[benchmark.Progress]:
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
    def breaking(plan: benchmark.Plan, sessions: object) -> Iterator[benchmark.Progress]:
        yield benchmark.Progress(replace(example_run(), state=State.RUNNING), "Round 1", 0.1)
        raise OSError("no more processes")

    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(benchmark, "measure", breaking)
    job = started()
    assert job._thread is not None
    job._thread.join(30)
    assert job.error == "The measurement broke off; start it again."
    assert job.run is not None
    assert job.run.state is State.CANCELLED
    assert "no more processes" in caplog.text
    assert benchmark.QUEUE.busy == 0
