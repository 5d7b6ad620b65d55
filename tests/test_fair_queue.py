"""Tests of explorer/fair_queue.py."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.fair_queue import FairQueue

SECONDS = 30


class Visitor:
    """A thread that takes a turn and keeps it until it is told to go."""

    def __init__(self, turns: FairQueue) -> None:
        self.places: list[int] = []
        self.waits, self.is_in, self.may_go = (threading.Event() for _ in range(3))
        self._turns = turns
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def _visit(self) -> None:
        with self._turns.take(self._note):
            self.is_in.set()
            self.may_go.wait(SECONDS)

    def _note(self, place: int) -> None:
        self.places.append(place)
        self.waits.set()

    def go(self) -> None:
        self.may_go.set()
        self._thread.join(SECONDS)


def test_a_free_place_is_taken_without_waiting() -> None:
    turns = FairQueue(2)
    with turns.take(pytest.fail), turns.take(pytest.fail):
        pass


def test_turns_come_in_order_of_arrival_and_the_place_is_told() -> None:
    turns = FairQueue(1)
    first = Visitor(turns)
    assert first.is_in.wait(SECONDS)
    second = Visitor(turns)
    assert second.waits.wait(SECONDS)
    third = Visitor(turns)
    assert third.waits.wait(SECONDS)
    assert (second.places[0], third.places[0]) == (1, 2)
    first.go()
    assert second.is_in.wait(SECONDS)
    assert not third.is_in.is_set()
    second.go()
    assert third.is_in.wait(SECONDS)
    third.go()
    assert third.places == sorted(third.places, reverse=True)
    assert first.places == []


def test_never_more_at_once_than_there_are_places() -> None:
    turns, counting = FairQueue(3), threading.Lock()
    now, most = 0, 0

    def visit(_: int) -> None:
        nonlocal now, most
        with turns.take():
            with counting:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.001)
            with counting:
                now -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(visit, range(96)))
    assert now == 0
    assert most == 3


def test_whoever_gives_up_waiting_leaves_the_line() -> None:
    turns = FairQueue(1)

    def give_up(place: int) -> None:
        raise InterruptedError

    with turns.take():
        with pytest.raises(InterruptedError), turns.take(give_up):
            pytest.fail("it had no turn")
        waiting = Visitor(turns)
        assert waiting.waits.wait(SECONDS)
        assert waiting.places[0] == 1
    assert waiting.is_in.wait(SECONDS)
    waiting.go()


def test_a_failure_during_a_turn_frees_the_place() -> None:
    turns = FairQueue(1)
    with pytest.raises(ZeroDivisionError), turns.take():
        raise ZeroDivisionError
    with turns.take(pytest.fail):
        pass


def test_a_line_without_places_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        FairQueue(0)


def test_the_line_says_how_many_have_a_turn() -> None:
    turns = FairQueue(2)
    assert turns.busy == 0
    with turns.take(), turns.take():
        assert turns.busy == 2
    assert turns.busy == 0
