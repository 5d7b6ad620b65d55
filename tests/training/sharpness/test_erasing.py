"""Tests of explorer/training/sharpness/erasing.py."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer import analyze, load
from explorer.blocks.region_occlusion import Fill, MaskRegion, occlude
from explorer.training.sharpness.erasing import (
    STEPS,
    erasing_area,
    erasing_curve,
    erasing_order,
)


def test_the_brightest_goes_first_and_equal_ones_in_no_order_of_place() -> None:
    scores = np.array([[1, 3], [2, 0]], np.float32)
    assert erasing_order(scores).tolist() == [[2, 0], [1, 3]]
    flat = erasing_order(np.zeros((20, 20), np.float32)).ravel()
    assert sorted(flat) == list(range(400))
    assert abs(np.corrcoef(flat, np.arange(400))[0, 1]) < 0.2


@pytest.mark.parametrize("fill", [Fill.MEAN, Fill.BLUR])
def test_a_curve_is_that_of_photos_with_so_much_hidden(photo: Image.Image, fill: Fill) -> None:
    analysis = analyze(load("resnet18"), photo)
    scores = np.random.default_rng(0).random((160, 160), np.float32)
    curve = erasing_curve(analysis, scores, 5, fill)
    assert len(curve) == STEPS + 1
    assert curve[0] == pytest.approx(analysis.probabilities[5], abs=1e-6)
    for step in (3, STEPS):
        hidden = MaskRegion(erasing_order(scores) < step * 160 * 160 / STEPS)
        occlusion = occlude(analysis, hidden, fill)
        assert curve[step] == pytest.approx(occlusion.probabilities[5], abs=1e-6)
    trapezoid = (curve[0] / 2 + curve[1:-1].sum() + curve[-1] / 2) / STEPS
    assert erasing_area(analysis, scores, 5, fill) == pytest.approx(trapezoid)
