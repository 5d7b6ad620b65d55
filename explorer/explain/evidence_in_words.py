"""A heatmap in words: where in the network's input the positive evidence lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map

QUARTERS = (
    "upper left quarter",
    "upper right quarter",
    "lower left quarter",
    "lower right quarter",
)
HALVES = ("upper half", "lower half", "left half", "right half")
BLANK_BELOW = 0.01  # share of the cells that are positive
ENOUGH = 0.6  # share of the evidence that a region must hold to be named
MIDDLE, EVERYWHERE = "middle", "whole input"


@dataclass(frozen=True)
class EvidenceRegion:
    """A part of the network's input and how much of the evidence lies in it.

    Attributes:
        name: the region's name, e.g. "upper left quarter".
        share: the region's share of the positive evidence, 0..1.
    """

    name: str
    share: float


def concentration(heatmap: Map) -> EvidenceRegion | None:
    """Find the smallest region that holds enough of the positive evidence.

    A quarter of the area (a corner or the middle) is preferred to a half, and a half to the whole
    input.

    Args:
        heatmap: a map of evidence for a class, shape (h, w); negative values do not count.

    Returns:
        The region; None if there is no positive evidence.
    """
    positive = np.clip(heatmap, 0, None).astype(np.float64)
    if not positive.any():
        return None
    shares = positive / positive.sum()
    for regions in (_quarters(shares), _halves(shares)):
        best = max(regions, key=lambda region: region.share)
        if best.share >= ENOUGH:
            return best
    return EvidenceRegion(EVERYWHERE, 1.0)


def is_blank(heatmap: Map) -> bool:
    """Return whether fewer than one cell in a hundred has evidence for the class."""
    return bool((heatmap > 0).mean() < BLANK_BELOW)


def in_words(heatmap: Map) -> str:
    """Describe in a sentence where the evidence lies, e.g. as the text alternative of a picture."""
    region = concentration(heatmap)
    if region is None or is_blank(heatmap):
        return "Hardly anything in the photo speaks for this class."
    if region.name == EVERYWHERE:
        return "The positive evidence is spread over the whole input."
    return f"{100 * region.share:.0f} % of the positive evidence lies in the {region.name}."


def _quarters(shares: NDArray[np.float64]) -> list[EvidenceRegion]:
    rows, columns = (_coverage(length, 0, 0.5) for length in shares.shape)
    upper, left = (np.stack([part, 1 - part]) for part in (rows, columns))
    corners = upper @ shares @ left.T
    middle = _coverage(len(rows), 0.25, 0.75) @ shares @ _coverage(len(columns), 0.25, 0.75)
    named_shares = zip((*QUARTERS, MIDDLE), (*corners.flat, middle), strict=True)
    return [EvidenceRegion(name, float(share)) for name, share in named_shares]


def _halves(shares: NDArray[np.float64]) -> list[EvidenceRegion]:
    upper = float(_coverage(shares.shape[0], 0, 0.5) @ shares.sum(1))
    left = float(_coverage(shares.shape[1], 0, 0.5) @ shares.sum(0))
    named_shares = zip(HALVES, (upper, 1 - upper, left, 1 - left), strict=True)
    return [EvidenceRegion(name, share) for name, share in named_shares]


def _coverage(cells: int, start: float, end: float) -> NDArray[np.float64]:
    """Return how much of each cell lies between two fractions of the length, 0..1."""
    edges = np.linspace(0, 1, cells + 1)
    overlap = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    coverage: NDArray[np.float64] = np.clip(overlap * cells, 0, 1)
    return coverage
