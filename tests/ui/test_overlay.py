"""Tests of explorer/ui/overlay.py."""

from __future__ import annotations

import pytest

from explorer.geometry import Frame
from explorer.ui.overlay import percentages, written


def test_the_frame_is_given_as_insets_in_per_cent_of_the_photo() -> None:
    frame = Frame(200, 400, 224, top=20, left=100, bottom=180, right=260)
    expected = {"top": 10, "bottom": 10, "left": 25, "right": 35}
    assert percentages(frame) == pytest.approx(expected)


def test_a_frame_that_reaches_outside_the_photo_has_negative_insets() -> None:
    frame = Frame(200, 400, 224, top=-100, left=0, bottom=300, right=400)
    assert percentages(frame) == {"top": -50, "bottom": -50, "left": 0, "right": 0}


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (0.84321, "0.843"), (-0.5, "\N{MINUS SIGN}0.5")]
)
def test_values_have_three_digits_and_a_real_minus(value: float, expected: str) -> None:
    assert written(value) == expected
