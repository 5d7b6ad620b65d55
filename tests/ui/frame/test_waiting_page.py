"""Tests of explorer/ui/frame/waiting_page.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT
from explorer.ui.frame import waiting_page
from explorer.ui.frame.waiting_page import in_words
from patience import PATIENCE


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (1, "You are next."),
        (2, "1 person is before you in the line."),
        (3, "2 people are before you in the line."),
    ],
)
def test_the_place_in_the_line_is_said_in_words(place: int, sentence: str) -> None:
    assert in_words(place) == sentence


def test_a_run_asks_once_for_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise somebody admitted in between would get a page without navigation."""
    places, drawn = iter([1, 0]), []
    monkeypatch.setattr(waiting_page, "place", lambda: next(places))
    monkeypatch.setattr(waiting_page, "page", lambda: drawn.append("full"))
    AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert drawn == ["full"]
    assert list(places) == [0]
