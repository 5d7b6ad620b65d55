"""How far two networks agree on one photo: in their predictions and in their heatmaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.photos.geometry import Frame, paint_back

LONG_SIDE = 64  # pixels; the grid over the photo on which maps are compared


@dataclass(frozen=True)
class Agreement:
    """How far a network agrees with the reference network.

    Attributes:
        same_class: whether both networks predict the same class.
        rank_correlation: Spearman's rank correlation of the two maps over what both networks saw,
            -1..1; None if one of the maps is constant there.
        overlap: the share of the positive evidence that lies in the same cells, 0..1; None if one
            of the maps has no positive evidence.
    """

    same_class: bool
    rank_correlation: float | None
    overlap: float | None


def compare_maps(
    heatmap: Map, frame: Frame, other: Map, other_frame: Frame
) -> tuple[float | None, float | None]:
    """Compare two heatmaps of the same photo, over the part that both networks saw.

    Grids and crops differ between networks, so both maps are resampled onto the photo first.

    Args:
        heatmap: a map on its block's own grid, shape (h, w).
        frame: where that network's input lies in the photo.
        other: a second map, shape (h', w').
        other_frame: where the second network's input lies in the same photo.

    Returns:
        The rank correlation and the overlap; see `Agreement`.
    """
    first, second = _on_photo(heatmap, frame), _on_photo(other, other_frame)
    seen = np.isfinite(first) & np.isfinite(second)
    return rank_correlation(first[seen], second[seen]), overlap(first[seen], second[seen])


def rank_correlation(values: Map, others: Map) -> float | None:
    """Compute Spearman's rank correlation; equal values share the mean of their ranks.

    Args:
        values: shape (n,).
        others: the values to correlate them with, shape (n,).

    Returns:
        The correlation, -1..1; None if all values of one side are equal.
    """
    first, second = _ranks(values), _ranks(others)
    spread = float(first.std() * second.std()) if len(first) else 0.0
    if not spread:
        return None
    products = (first - first.mean()) * (second - second.mean())
    return float(np.clip(products.mean() / spread, -1, 1))


def overlap(values: Map, others: Map) -> float | None:
    """Measure what share of the positive values lies at the same positions.

    Each side is normalised to a sum of 1, so that the size of the values does not matter.

    Args:
        values: shape (n,).
        others: the values to compare them with, shape (n,).

    Returns:
        The share, 0..1; None if one side has no positive value.
    """
    first, second = np.clip(values, 0, None), np.clip(others, 0, None)
    if not (first.sum() > 0 and second.sum() > 0):
        return None
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())


def _on_photo(heatmap: Map, frame: Frame) -> Map:
    factor = LONG_SIDE / max(frame.photo_height, frame.photo_width)
    rows = max(1, round(factor * frame.photo_height))
    columns = max(1, round(factor * frame.photo_width))
    return paint_back(heatmap, frame.scaled(rows, columns))


def _ranks(values: Map) -> NDArray[np.float64]:
    _, indices, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    return means[indices]
