"""Tests of explorer/training/live_training.py, with a few lines of Python as the training."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psutil
import pytest

from explorer.training import live_training
from explorer.training.live_training import LiveTraining, TrainingState
from explorer.training.twin_training import Point

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
        run.start()
        return run

    yield started
    for run in runs:
        run.stop()
    assert live_training.QUEUE.busy == 0
    assert not [child for child in psutil.Process().children() if FOREVER in child.cmdline()]


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_run_collects_its_points_and_ends(start: Start) -> None:
    run = start(f"{SAY}; {SAY}")
    run.join(30)
    assert (run.state, run.points, run.alive) == (TrainingState.DONE, [POINT, POINT], False)


def test_a_run_that_breaks_off_has_failed(start: Start) -> None:
    run = start(f"{SAY}; raise SystemExit(1)")
    run.join(30)
    assert (run.state, run.points) == (TrainingState.FAILED, [POINT])


def test_a_stopped_run_keeps_its_points_and_leaves_no_process(start: Start) -> None:
    run = start(FOREVER)
    until(lambda: run.points)
    run.stop()
    assert (run.state, run.points) == (TrainingState.STOPPED, [POINT])


def test_the_next_one_waits_for_its_turn_and_sees_its_place(start: Start) -> None:
    first = start(FOREVER)
    until(lambda: first.points)
    second, third = start(SAY), start(SAY)
    until(lambda: sorted([second.place, third.place]) == [1, 2])
    assert second.state is third.state is TrainingState.WAITING
    third.stop()
    assert third.state is TrainingState.STOPPED
    first.stop()
    second.join(30)
    assert (second.state, second.place) == (TrainingState.DONE, 0)


def test_a_pause_holds_it_and_it_goes_on(start: Start) -> None:
    run = start(ECHO)
    until(lambda: len(run.points) == 1)
    run.pause()
    assert run.state is TrainingState.PAUSED
    until(lambda: len(run.points) == 2)  # the process answers each command with a line
    run.go_on()
    run.join(30)
    assert (run.state, len(run.points)) == (TrainingState.DONE, 3)


def test_a_pause_that_is_too_long_ends_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_training, "LONGEST_PAUSE", 0.0)
    run = start(FOREVER)
    until(lambda: run.points)
    run.pause()
    run.join(30)
    assert run.state is TrainingState.STOPPED


def test_it_ends_when_its_reader_has_left(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_training, "AWAY_SECONDS", 0.0)
    run = start(FOREVER)
    until(lambda: run.points)
    run.is_here = lambda: False
    run.join(30)
    assert run.state is TrainingState.STOPPED


def test_a_mistake_of_ours_is_logged_and_ends_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(live_training.subprocess, "Popen", refused)
    run = start(SAY)
    run.join(30)
    assert (run.state, run.alive) == (TrainingState.FAILED, False)
    assert "no more processes" in caplog.text


def test_a_line_that_is_no_point_ends_it(start: Start) -> None:
    run = start("print('[1, 2]', flush=True); import sys; sys.stdin.read()")
    run.join(30)
    assert run.state is TrainingState.FAILED


def test_a_pause_between_the_end_of_the_process_and_of_the_run_is_harmless(start: Start) -> None:
    run = start(SAY)
    run.join(30)
    run.state = TrainingState.RUNNING
    run.pause()
    assert run.state is TrainingState.PAUSED


def test_a_run_that_ends_while_it_is_being_paused_is_over(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(FOREVER)
    until(lambda: run.points)
    here, process = threading.get_ident(), run._process
    assert process is not None
    assert process.stdin is not None

    def ends_now() -> float:
        if threading.get_ident() == here:
            process.stdin.close()
            process.wait(30)
            run.join(0.3)  # the run cannot end before it has been paused
        return time.monotonic()

    monkeypatch.setattr(live_training, "time", SimpleNamespace(monotonic=ends_now))
    run.pause()
    run.join(30)
    assert run.state is TrainingState.DONE


def test_words_outside_their_time_change_nothing(start: Start) -> None:
    run = start(SAY)
    run.join(30)
    run.pause()
    run.go_on()
    run.stop()
    assert run.state is TrainingState.DONE
