"""Tests of explorer/fair_queue.py."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.fair_queue import FairQueue
from patience import PATIENCE


class Visitor:
    """A thread that takes a turn and keeps it until it is told to go."""

    def __init__(self, queue: FairQueue) -> None:
        self.positions: list[int] = []
        self.waits, self.is_in, self.may_go = (threading.Event() for _ in range(3))
        self._queue = queue
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def _visit(self) -> None:
        with self._queue.take(self._note):
            self.is_in.set()
            self.may_go.wait(PATIENCE)

    def _note(self, position: int) -> None:
        self.positions.append(position)
        self.waits.set()

    def go(self) -> None:
        self.may_go.set()
        self._thread.join(PATIENCE)


def test_a_free_place_is_taken_without_waiting() -> None:
    queue = FairQueue(2)
    with queue.take(pytest.fail), queue.take(pytest.fail):
        pass


def test_turns_come_in_order_of_arrival_and_the_position_is_told() -> None:
    queue = FairQueue(1)
    first = Visitor(queue)
    assert first.is_in.wait(PATIENCE)
    second = Visitor(queue)
    assert second.waits.wait(PATIENCE)
    third = Visitor(queue)
    assert third.waits.wait(PATIENCE)
    assert (second.positions[0], third.positions[0]) == (1, 2)
    first.go()
    assert second.is_in.wait(PATIENCE)
    assert not third.is_in.is_set()
    second.go()
    assert third.is_in.wait(PATIENCE)
    third.go()
    assert third.positions == sorted(third.positions, reverse=True)
    assert first.positions == []


def test_never_more_at_once_than_there_are_places() -> None:
    queue, counting = FairQueue(3), threading.Lock()
    active, peak = 0, 0

    def visit(_: int) -> None:
        nonlocal active, peak
        with queue.take():
            with counting:
                active += 1
                peak = max(peak, active)
            threading.Event().wait(0.001)
            with counting:
                active -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(visit, range(96)))
    assert active == 0
    assert peak == 3


def test_whoever_gives_up_waiting_leaves_the_queue() -> None:
    queue = FairQueue(1)

    def give_up(position: int) -> None:
        raise InterruptedError

    with queue.take():
        with pytest.raises(InterruptedError), queue.take(give_up):
            pytest.fail("it had no turn")
        waiting = Visitor(queue)
        assert waiting.waits.wait(PATIENCE)
        assert waiting.positions[0] == 1
    assert waiting.is_in.wait(PATIENCE)
    waiting.go()


def test_a_failure_during_a_turn_frees_the_place() -> None:
    queue = FairQueue(1)
    with pytest.raises(ZeroDivisionError), queue.take():
        raise ZeroDivisionError
    with queue.take(pytest.fail):
        pass


def test_a_queue_without_places_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        FairQueue(0)


def test_the_queue_says_how_many_have_a_turn() -> None:
    queue = FairQueue(2)
    assert queue.busy == 0
    with queue.take(), queue.take():
        assert queue.busy == 2
    assert queue.busy == 0
