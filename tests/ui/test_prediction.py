"""Tests of explorer/ui/prediction.py."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from explorer import load
from explorer.sources import Source
from explorer.ui.prediction import calibration, percent, spoken


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


def test_whether_a_probability_is_calibrated_is_said() -> None:
    builtin = load("resnet18").weights
    assert re.match(r"Calibrated: .* off by \d\.\d points", calibration(builtin))
    unmeasured = replace(builtin, calibration_error=None)
    assert calibration(unmeasured).startswith("Not calibrated")
    foreign = replace(unmeasured, source=Source.IMAGENET_NEW)
    assert calibration(foreign).startswith("Nobody measured")
    untrained = replace(builtin, source=Source.UNTRAINED)
    assert calibration(untrained).endswith("means nothing.")
