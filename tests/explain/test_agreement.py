from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from explorer.explain.agreement import compare_maps, overlap, rank_correlation
from explorer.photos.geometry import Frame, paint_back

WHOLE = Frame(60, 80, 32, 0.0, 0.0, 60.0, 80.0)


def random_map(seed: int, *shape: int) -> np.ndarray:
    """A map after the ReLU: about half of its values are exactly zero."""
    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return values.clip(0)


@pytest.mark.parametrize("seed", range(4))
def test_the_rank_correlation_is_spearmans_also_with_equal_values(seed: int) -> None:
    values, others = random_map(seed, 200), random_map(seed + 10, 200) + random_map(seed, 200)
    expected = spearmanr(values, others).statistic
    assert rank_correlation(values, others) == pytest.approx(expected, abs=1e-9)


def test_a_constant_map_correlates_with_nothing_and_a_blank_one_overlaps_with_nothing() -> None:
    values, flat, blank = random_map(0, 50), np.ones(50, np.float32), np.zeros(50, np.float32)
    assert rank_correlation(values, flat) is None
    assert overlap(values, blank) is None
    assert overlap(values, -values) is None


def test_overlap_depends_on_positions_not_sizes() -> None:
    values = random_map(1, 50)
    assert overlap(values, 7 * values) == pytest.approx(1)
    left, right = np.zeros(4, np.float32), np.zeros(4, np.float32)
    left[:2], right[1:3] = 1, 1
    assert overlap(left, right) == pytest.approx(0.5)


def test_a_map_agrees_with_itself_and_not_with_its_mirror_image() -> None:
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[2:5, 0] = (1, 3, 1)
    correlation, shared = compare_maps(heatmap, WHOLE, heatmap, WHOLE)
    assert correlation == pytest.approx(1)
    assert shared == pytest.approx(1)
    correlation, shared = compare_maps(heatmap, WHOLE, heatmap[:, ::-1], WHOLE)
    assert correlation is not None
    assert correlation < 0
    assert shared == pytest.approx(0)


def test_maps_are_compared_where_they_lie_on_the_photo_not_cell_by_cell() -> None:
    """The same evidence in two crops, where equal cells are different parts of the photo."""
    narrow = Frame(60, 80, 32, 10.0, 20.0, 50.0, 60.0)
    wide = np.zeros((6, 8), np.float32)
    wide[2:4, 3:5] = 1.0
    seen = paint_back(wide, WHOLE, smooth=False)[10:50, 20:60]
    cropped = seen.reshape(4, 10, 4, 10).mean(axis=(1, 3))  # 4 x 4 cells of 10 pixels
    correlation, shared = compare_maps(wide, WHOLE, cropped, narrow)
    assert correlation == pytest.approx(1, abs=0.02)
    assert shared == pytest.approx(1, abs=0.02)
