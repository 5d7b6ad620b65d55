"""Tests of explorer/ui/frame/compute_turn.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.frame import compute_turn


class Crowded:
    """A line in which everyone waits for a moment."""

    def __init__(self) -> None:
        self.places: list[int] = []

    @contextmanager
    def take(self, on_wait: Callable[[int], None]) -> Iterator[None]:
        for place in (2, 1):
            on_wait(place)
            self.places.append(place)
        yield


def positions(block: Any, path: tuple[int, ...] = ()) -> dict[tuple[int, ...], str]:
    """What stands where on the page."""
    found: dict[tuple[int, ...], str] = {}
    for index, child in block.children.items():
        found[*path, index] = child.type
        found |= positions(child, (*path, index)) if hasattr(child, "children") else {}
    return found


@pytest.mark.parametrize("name", ["explain", "activations", "anatomy", "poke"])
def test_whoever_waits_finds_everything_where_it_is_without_a_wait(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120)
    app.switch_page(str(PAGES / f"{name}.py")).run()
    app.run()  # nothing is computed now
    calm = positions(app.main)
    line = Crowded()
    monkeypatch.setattr(compute_turn, "compute_queue", lambda: line)
    app.session_state["sample"] = "cat"
    app.run()
    assert line.places
    waited = positions(app.main)
    assert {path: waited.get(path) for path in calm} == calm
    assert not app.exception
