"""Tests of explorer/ui/prediction.py."""

from __future__ import annotations

import pytest

from explorer.ui.prediction import percent, spoken


@pytest.mark.parametrize(
    ("probability", "written"),
    [
        (0.9312, "93.1 %"),
        (1.0, "100.0 %"),
        (0.0007, "0.1 %"),
        (0.0004, "< 0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_small_probability_is_not_taken_for_zero(probability: float, written: str) -> None:
    assert percent(probability) == written


def test_labels_are_written_as_people_do() -> None:
    assert spoken("car_side") == "car side"
