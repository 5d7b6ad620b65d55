"""Tests of explorer/ui/waiting.py."""

from __future__ import annotations

import pytest

from explorer.ui.waiting import in_words


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
