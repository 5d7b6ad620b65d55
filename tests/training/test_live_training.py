"""Tests of explorer/training/live_training.py, with a few lines of Python as the training."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from explorer import pausable_process
from explorer.background_job import JobState
from explorer.training import live_training
from explorer.training.live_training import LiveTraining
from explorer.training.twin_training import Point
from patience import PATIENCE

POINT = Point(False, 10, 1.5, 50.0)
LINE = '{"shortcuts": false, "step": 10, "loss": 1.5, "error": 50.0}'
SAY = f"print('{LINE}', flush=True)"
FOREVER = f"import sys; {SAY}; sys.stdin.read()"
ECHO = f"import sys; {SAY}\nfor line in sys.stdin:\n  {SAY}\n  if line.strip() == 'go': break"
Start = Callable[[str], LiveTraining]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start trainings whose process executes the given code; stop all of them afterwards."""
    runs: list[LiveTraining] = []

    def started(code: str) -> LiveTraining:
        monkeypatch.setattr(live_training, "COMMAND", (sys.executable, "-c", code))
        run = LiveTraining(0, lambda: True)
        runs.append(run)
        run.job.start()
        return run

    yield started
    for run in runs:
        run.job.cancel()
    assert live_training.QUEUE.busy == 0
    assert not [child for child in psutil.Process().children() if FOREVER in child.cmdline()]


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_run_collects_its_points_and_ends(start: Start) -> None:
    run = start(f"{SAY}; {SAY}")
    run.job.join(PATIENCE)
    assert (run.job.state, run.points, run.job.alive) == (JobState.DONE, [POINT, POINT], False)


def test_a_run_that_breaks_off_has_failed(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    run = start(f"{SAY}; raise SystemExit(3)")
    run.job.join(PATIENCE)
    assert (run.job.state, run.points) == (JobState.FAILED, [POINT])
    assert run.job.error == "The training broke off; start it again."
    assert "exit status 3" in caplog.text


def test_a_line_that_was_cut_off_does_no_harm(start: Start) -> None:
    run = start(f"{SAY}; print('{{\"shortcuts\": fal')")
    run.job.join(PATIENCE)
    assert (run.job.state, run.points) == (JobState.DONE, [POINT])


def test_a_stopped_run_keeps_its_points_and_leaves_no_process(start: Start) -> None:
    run = start(FOREVER)
    until(lambda: run.points)
    run.job.cancel()
    assert (run.job.state, run.points) == (JobState.CANCELLED, [POINT])


def test_the_next_one_waits_for_its_turn_and_sees_its_place(start: Start) -> None:
    first = start(FOREVER)
    until(lambda: first.points)
    second, third = start(SAY), start(SAY)
    until(lambda: sorted([second.job.place, third.job.place]) == [1, 2])
    assert second.job.state is third.job.state is JobState.WAITING
    third.job.cancel()
    assert third.job.state is JobState.CANCELLED
    first.job.cancel()
    second.job.join(PATIENCE)
    assert (second.job.state, second.job.place) == (JobState.DONE, 0)


def test_a_pause_holds_it_and_it_goes_on(start: Start) -> None:
    run = start(ECHO)
    until(lambda: len(run.points) == 1)
    run.process.pause()
    assert run.process.paused
    until(lambda: len(run.points) == 2)  # the process answers each command with a line
    run.process.go_on()
    assert not run.process.paused
    run.job.join(PATIENCE)
    assert (run.job.state, len(run.points)) == (JobState.DONE, 3)


def test_a_pause_that_is_too_long_ends_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pausable_process, "LONGEST_PAUSE", 0.0)
    run = start(FOREVER)
    until(lambda: run.points)
    run.process.pause()
    run.job.join(PATIENCE)
    assert run.job.state is JobState.CANCELLED


def test_it_ends_when_its_reader_has_left_while_it_says_nothing(start: Start) -> None:
    run = start(FOREVER)
    until(lambda: run.points)
    run.job.longest_absence, run.job.is_here = 0.0, lambda: False
    run.job.join(PATIENCE)
    assert run.job.state is JobState.CANCELLED


def test_a_mistake_of_ours_is_logged_and_ends_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(pausable_process.subprocess, "Popen", refused)
    run = start(SAY)
    run.job.join(PATIENCE)
    assert (run.job.state, run.job.alive) == (JobState.FAILED, False)
    assert "no more processes" in caplog.text


def test_a_line_that_is_no_point_ends_it(start: Start) -> None:
    run = start("print('[1, 2]', flush=True); import sys; sys.stdin.read()")
    run.job.join(PATIENCE)
    assert run.job.state is JobState.FAILED


def test_a_process_that_reads_no_commands_is_not_paused(start: Start) -> None:
    run = start(f"import os, threading; os.close(0); {SAY}; threading.Event().wait()")
    until(lambda: run.points)
    run.process.pause()
    assert not run.process.paused
    run.job.cancel()
    assert run.job.state is JobState.CANCELLED


def test_a_training_that_ended_while_it_was_paused_is_not_paused_any_more(start: Start) -> None:
    run = start(f"import sys; {SAY}; sys.stdin.readline()")  # ends at the first command
    until(lambda: run.points)
    run.process.pause()
    run.job.join(PATIENCE)
    assert (run.job.state, run.process.paused) == (JobState.DONE, False)


def test_a_training_that_waits_cannot_be_paused(start: Start) -> None:
    with live_training.QUEUE.take():
        run = start(SAY)
        run.process.pause()
        assert not run.process.paused
    run.job.join(PATIENCE)
    assert run.job.state is JobState.DONE


def test_words_outside_their_time_change_nothing(start: Start) -> None:
    run = start(SAY)
    run.job.join(PATIENCE)
    run.process.pause()
    run.process.go_on()
    run.job.cancel()
    assert not run.process.paused
    assert run.job.state is JobState.DONE
