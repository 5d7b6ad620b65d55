"""How far an accuracy can be trusted: 95 % intervals of one, and of the difference of two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Z = 1.959963984540054  # quantile of the normal distribution that leaves 2.5 % beyond it


@dataclass(frozen=True)
class Accuracy:
    """A share of photos and its 95 % interval, all in 0..1.

    Attributes:
        value: share that was measured.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """How much more accurate one classifier is than another on the same photos, -1..1.

    Attributes:
        value: difference that was measured.
        low: lower end of the 95 % interval.
        high: upper end of the 95 % interval.
    """

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero: whether these photos tell the two apart."""
        return self.low > 0 or self.high < 0


def wilson(correct: float, photos: int) -> Accuracy:
    """Return the accuracy on photos with Wilson's score interval (1927).

    Args:
        correct: number of photos that were right; a mean over repeats need not be whole.
        photos: number of photos, at least 1.
    """
    share, square = correct / photos, Z**2 / photos
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(square * (share * (1 - share) + square / 4)) / (1 + square)
    return Accuracy(share, min(max(middle - half, 0), share), max(min(middle + half, 1), share))


def over_folds(accuracies: Sequence[float], checked_per_known: float, photos: int) -> Accuracy:
    """Return the mean accuracy over the folds of a repeated cross-validation.

    The folds share most of what they learn from, so that their spread alone says too little: the
    variance is corrected as in Nadeau and Bengio (2003), for repeats as in Bouckaert and Frank
    (2004). Where all folds happen to agree, Wilson's interval holds: it is never narrower.

    Args:
        accuracies: accuracy of each fold of each repeat, in 0..1.
        checked_per_known: photos in a fold, as a multiple of those that it learns from.
        photos: number of different photos that were checked.
    """
    mean = float(np.mean(accuracies))
    half = _half_width(accuracies, checked_per_known)
    single = wilson(mean * photos, photos)
    low, high = min(mean - half, single.low), max(mean + half, single.high)
    return Accuracy(mean, max(low, 0.0), min(high, 1.0))


def paired_difference(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Difference:
    """Compare two classifiers that answered the same photos.

    Only photos that one of them got right count (McNemar, 1947). The interval is the adjusted
    Wald interval of Bonett and Price (2012), which adds one photo to either side and so holds for
    few photos, too.

    Args:
        first: whether the first classifier was right, shape (N,).
        second: whether the second was, shape (N,).
    """
    photos = len(first)
    gained, lost = int((first & ~second).sum()), int((second & ~first).sum())
    more, less = (gained + 1) / (photos + 2), (lost + 1) / (photos + 2)
    half = Z * math.sqrt((more + less - (more - less) ** 2) / (photos + 2))
    value = (gained - lost) / photos
    low, high = max(more - less - half, -1.0), min(more - less + half, 1.0)
    return Difference(value, min(low, value), max(high, value))


def difference_over_folds(
    first: Sequence[float], second: Sequence[float], checked_per_known: float
) -> Difference:
    """Compare two classifiers that were checked with the same folds, as in `over_folds`.

    Args:
        first: accuracy of the first in each fold.
        second: accuracy of the second.
        checked_per_known: photos in a fold, as a multiple of those that it learns from.
    """
    differences = np.subtract(first, second)
    value, half = float(differences.mean()), _half_width(differences.tolist(), checked_per_known)
    return Difference(value, max(value - half, -1.0), min(value + half, 1.0))


def _half_width(values: Sequence[float], checked_per_known: float) -> float:
    count = len(values)
    if count < 2:
        return 0.0
    variance = (1 / count + checked_per_known) * float(np.var(values, ddof=1))
    return float(stdtrit(count - 1, 0.975)) * math.sqrt(variance)
