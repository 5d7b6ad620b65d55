"""Tests of explorer/training/sharpness/measures.py, against definitions and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.training.sharpness.measures import (
    macro_mean,
    pixel_average_precision,
    share_inside,
)


def by_definition(scores: np.ndarray, mask: np.ndarray) -> float:
    """The mean over the object's pixels of the precision among those at least as bright."""
    return float(np.mean([mask[scores >= score].mean() for score in scores[mask]]))


@pytest.mark.parametrize("levels", [3, 1000])
def test_average_precision_is_as_it_is_defined_with_and_without_ties(levels: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        mask = random.random((9, 7)) < 0.3
        mask[0, 0] = True
        scores = random.integers(levels, size=mask.shape).astype(np.float32)
        assert pixel_average_precision(scores, mask) == pytest.approx(by_definition(scores, mask))


def test_the_ends_of_average_precision() -> None:
    mask = np.zeros((10, 10), bool)
    mask[2:4, 2:7] = True
    assert pixel_average_precision(mask.astype(np.float32), mask) == 1
    assert pixel_average_precision(np.zeros((10, 10), np.float32), mask) == pytest.approx(0.1)
    last = pixel_average_precision(-mask.astype(np.float32), mask)
    assert last == pytest.approx(0.1)  # all of one value: found with everything else
    ranked = np.arange(100, dtype=np.float32).reshape(10, 10)
    assert pixel_average_precision(ranked**2, mask) == pixel_average_precision(ranked, mask)


def test_the_share_inside_is_that_of_the_sum() -> None:
    scores = np.array([[3, 1], [0, 4]], np.float32)
    assert share_inside(scores, np.array([[True, False], [True, False]])) == pytest.approx(3 / 8)
    assert share_inside(0 * scores, scores > 0) == 0


def test_every_category_counts_the_same_and_photos_are_drawn_within_it() -> None:
    values = np.array([1.0] * 90 + [0.0] * 10 + [0.5] * 3)
    found = macro_mean(values, ["many"] * 100 + ["few"] * 3)
    assert found.value == pytest.approx((0.9 + 0.5) / 2)
    spread = 1.96 * np.sqrt(0.9 * 0.1 / 100) / 2  # "few" does not vary
    assert found.low == pytest.approx(found.value - spread, abs=0.006)
    assert found.high == pytest.approx(found.value + spread, abs=0.006)
    assert macro_mean(values, ["many"] * 100 + ["few"] * 3) == found
