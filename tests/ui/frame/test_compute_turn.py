"""Tests of explorer/ui/frame/compute_turn.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.blocks import lesion_sweep
from explorer.ui.frame import compute_turn
from patience import PATIENCE


class CrowdedQueue:
    """A queue in which everyone waits for a moment."""

    def __init__(self) -> None:
        self.places: list[int] = []

    @contextmanager
    def take(self, on_wait: Callable[[int], None]) -> Iterator[None]:
        for place in (2, 1):
            on_wait(place)
            self.places.append(place)
        yield


def positions(block: Any, path: tuple[int, ...] = ()) -> dict[tuple[int, ...], str]:
    """The types of the page's elements by their paths."""
    types: dict[tuple[int, ...], str] = {}
    for index, child in block.children.items():
        types[*path, index] = child.type
        types |= positions(child, (*path, index)) if hasattr(child, "children") else {}
    return types


@pytest.mark.parametrize("name", ["explain", "activations", "anatomy", "poke"])
def test_whoever_waits_finds_everything_where_it_is_without_a_wait(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesion_sweep, "AT_ONCE", 1e9)  # drawn at once, however busy the machine is
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / f"{name}.py")).run()
    app.run()  # everything is cached now
    without_wait = positions(app.main)
    queue = CrowdedQueue()
    monkeypatch.setattr(compute_turn, "compute_queue", lambda: queue)
    app.session_state["sample"] = "cat"
    app.run()
    assert queue.places
    with_wait = positions(app.main)
    assert {path: with_wait.get(path) for path in without_wait} == without_wait
    assert not app.exception


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


class SlowQueue:
    """A queue in which everyone waits for five seconds, before the turn and after it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @contextmanager
    def take(self, on_wait: Callable[[int], None]) -> Iterator[None]:
        self._clock.now += 5.0
        yield
        self._clock.now += 5.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(compute_turn, "time", clock)
    monkeypatch.setattr(compute_turn, "compute_queue", lambda: SlowQueue(clock))
    return clock


def test_a_turn_tells_the_seconds_of_its_block_without_the_wait(clock: Clock) -> None:
    with compute_turn.compute_turn() as turn:
        clock.now += 0.25
        assert turn.seconds == 0.0
    assert turn.seconds == 0.25
