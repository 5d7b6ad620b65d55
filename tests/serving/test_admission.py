"""Tests of explorer/serving/admission.py."""

from __future__ import annotations

import pytest

from explorer.serving.admission import Admission


class Clock:
    """A clock whose time is set by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> Admission:
    """An admission with two places, held for five seconds."""
    return Admission(2, hold=5, clock=clock)


def places(room: Admission, visitors: str) -> list[int]:
    return [room.place(visitor) for visitor in visitors]


def test_the_line_starts_behind_the_last_place_and_keeps_its_order(room: Admission) -> None:
    for visitor in "abcd":
        room.arrive(visitor)
    assert places(room, "abcd") == [0, 0, 1, 2]
    assert room.waiting == 2
    room.leave("a")
    assert places(room, "bcd") == [0, 0, 1]


def test_whoever_leaves_the_line_lets_the_others_move_up(room: Admission) -> None:
    for visitor in "abcd":
        room.arrive(visitor)
    room.leave("c")
    assert places(room, "abd") == [0, 0, 1]


def test_leaving_twice_or_without_having_come_changes_nothing(room: Admission) -> None:
    room.leave("nobody")
    for visitor in "abc":
        room.arrive(visitor)
    room.leave("a")
    room.leave("a")
    room.arrive("d")
    assert places(room, "bcd") == [0, 0, 1]


def test_a_browser_that_loads_the_page_again_finds_its_place_free(room: Admission) -> None:
    for visitor in "abc":
        room.arrive(visitor, f"browser of {visitor}")
    room.leave("a")
    assert places(room, "bc") == [0, 1]
    room.arrive("a again", "browser of a")
    assert room.place("a again") == 0
    assert places(room, "bc") == [0, 1]


def test_a_place_is_not_held_for_long(room: Admission, clock: Clock) -> None:
    for visitor in "abc":
        room.arrive(visitor, f"browser of {visitor}")
    room.leave("a")
    clock.now = 4.9
    assert room.place("c") == 1
    clock.now = 5.0
    assert room.place("c") == 0
    room.arrive("a again", "browser of a")
    assert room.place("a again") == 1


def test_one_held_place_lets_in_one_tab_of_the_browser(room: Admission) -> None:
    for visitor in "abc":
        room.arrive(visitor, f"browser of {visitor}")
    room.leave("a")
    room.arrive("a again", "browser of a")
    room.arrive("a as well", "browser of a")
    assert room.place("a as well") == 2
