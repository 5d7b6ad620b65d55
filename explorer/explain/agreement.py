"""How far two networks agree on one photo: in their answer, and in where they look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.photos.geometry import Frame, paint_back

Map = NDArray[np.float32]
LONG_SIDE = 64  # pixels of the small copy of the photo on which maps are compared


@dataclass(frozen=True)
class Agreement:
    """How far a network agrees with the reference.

    Attributes:
        same_class: whether both hold the same class for the most probable one.
        rank_correlation: Spearman's, of the two maps over what both networks saw, -1..1; None if
            one of the maps is the same everywhere.
        overlap: the share of the positive evidence that lies in the same places, 0..1; None if one
            of the maps has none.
    """

    same_class: bool
    rank_correlation: float | None
    overlap: float | None


def compare_maps(
    one: Map, one_frame: Frame, other: Map, other_frame: Frame
) -> tuple[float | None, float | None]:
    """Compare two heatmaps of the same photo where both networks looked.

    Networks have grids and crops of their own, so both maps are laid over the photo first.

    Args:
        one: a map on its block's own grid, shape (h, w).
        one_frame: where that network's input lies in the photo.
        other: a second map, shape (h', w').
        other_frame: where the second network's input lies in the same photo.

    Returns:
        Rank correlation and overlap; see `Agreement`.
    """
    first, second = _on_photo(one, one_frame), _on_photo(other, other_frame)
    both = np.isfinite(first) & np.isfinite(second)
    return rank_correlation(first[both], second[both]), overlap(first[both], second[both])


def rank_correlation(one: Map, other: Map) -> float | None:
    """Correlate the ranks of values, shape (n,); equal values share the mean of their ranks.

    Returns:
        -1..1; None if all values of one side are equal.
    """
    first, second = _ranks(one), _ranks(other)
    spread = float(first.std() * second.std()) if len(first) else 0.0
    if not spread:
        return None
    products = (first - first.mean()) * (second - second.mean())
    return float(np.clip(products.mean() / spread, -1, 1))


def overlap(one: Map, other: Map) -> float | None:
    """Measure which share of the positive values, shape (n,), lies in the same places.

    Each side counts as 1 in all, so that the size of the values does not matter.

    Returns:
        0..1; None if one side has no positive value.
    """
    first, second = np.clip(one, 0, None), np.clip(other, 0, None)
    if not (first.sum() > 0 and second.sum() > 0):
        return None
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())


def _on_photo(heatmap: Map, frame: Frame) -> Map:
    factor = LONG_SIDE / max(frame.photo_height, frame.photo_width)
    rows = max(1, round(factor * frame.photo_height))
    columns = max(1, round(factor * frame.photo_width))
    return paint_back(heatmap, frame.scaled(rows, columns))


def _ranks(values: Map) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    return means[places]
