"""Tests of explorer/ui/frame/compute_turn.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PAGES
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
