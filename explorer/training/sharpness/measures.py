"""How well a map agrees with an outline, and how fast the class falls where it is brightest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.photos.outlines import Mask

DRAWS = 4000


def pixel_average_precision(scores: Map, mask: Mask) -> float:
    """Return the average precision of finding the pixels of an object by a map.

    It is the mean over the object's pixels of the precision among all pixels that are at least as
    bright (Everingham et al., 2010, without interpolation); pixels of one value count together.

    Args:
        scores: a value for each pixel, shape (h, w).
        mask: the pixels of the object, at least one, shape (h, w).
    """
    order = np.argsort(-scores, axis=None, kind="stable")
    values, hits = scores.ravel()[order], np.cumsum(mask.ravel()[order])
    ends = np.flatnonzero(np.append(values[:-1] != values[1:], True))
    found = hits[ends]
    precision = found / (ends + 1)
    return float((np.diff(found, prepend=0) * precision).sum() / hits[-1])


def share_inside(scores: Map, mask: Mask) -> float:
    """Return the share of a map's sum that lies on the object, 0..1; 0 for a blank map."""
    total = float(scores.sum(dtype=np.float64))
    return float(scores[mask].sum(dtype=np.float64)) / total if total > 0 else 0.0


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval.

    Attributes:
        value: the mean.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    value: float
    low: float
    high: float


def macro_mean(values: NDArray[np.float64], categories: Sequence[str], seed: int = 0) -> Interval:
    """Average over photos within categories, then over categories, with a bootstrap interval.

    The bootstrap draws photos within each category: the categories are those that there are. For a
    paired comparison, give the differences.

    Args:
        values: a value for each photo, shape (N,).
        categories: category of each photo.
        seed: seed of the draws.
    """
    random, names = np.random.default_rng(seed), np.array(categories)
    groups = [values[names == name] for name in sorted(set(categories))]
    drawn = np.stack(
        [group[random.integers(len(group), size=(DRAWS, len(group)))].mean(1) for group in groups]
    ).mean(0)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(float(np.mean([group.mean() for group in groups])), float(low), float(high))
