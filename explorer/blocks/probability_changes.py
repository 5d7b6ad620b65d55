"""How the answer moves when something about a photo, or about the network, is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP = 5


@dataclass(frozen=True)
class ProbabilityChange:
    """One class before and after a change.

    Attributes:
        label: of the class.
        before: its probability, 0..1.
        after: likewise.
    """

    label: str
    before: float
    after: float

    @property
    def points(self) -> float:
        """What it gained, in percentage points; negative for a loss."""
        return 100 * (self.after - self.before)


def probability_changes(
    before: NDArray[np.float32], after: NDArray[np.float32], labels: Sequence[str], asked: int
) -> tuple[ProbabilityChange, ...]:
    """Compare the best classes of two answers.

    Args:
        before: probabilities, shape (K,).
        after: likewise.
        labels: of the classes.
        asked: a class to name in any case.

    Returns:
        The best `TOP` classes after the change, then those that were among the best before it and
        the one that was asked about, most probable first.
    """
    best = list(np.argsort(-after, kind="stable")[:TOP])
    others = {*np.argsort(-before, kind="stable")[:TOP].tolist(), asked} - set(best)
    shown = [*best, *sorted(others, key=lambda index: -after[index])]
    return tuple(ProbabilityChange(labels[i], float(before[i]), float(after[i])) for i in shown)
