"""How probabilities change when the photo or the network is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP = 5  # classes that are compared


@dataclass(frozen=True)
class ProbabilityChange:
    """One class before and after a change.

    Attributes:
        label: the label of the class.
        before: the probability before the change, 0..1.
        after: the probability after the change, 0..1.
    """

    label: str
    before: float
    after: float

    @property
    def points(self) -> float:
        """The gain in percentage points; negative for a loss."""
        return 100 * (self.after - self.before)


def probability_changes(
    before: NDArray[np.float32], after: NDArray[np.float32], labels: Sequence[str], asked: int
) -> tuple[ProbabilityChange, ...]:
    """Compare the most probable classes before and after a change.

    Args:
        before: probabilities before the change, shape (K,).
        after: probabilities after the change, shape (K,).
        labels: the labels of all classes.
        asked: the index of a class to include in any case.

    Returns:
        The best `TOP` classes after the change, then the others that were among the best before it
        and the class `asked`, most probable first.
    """
    best = list(np.argsort(-after, kind="stable")[:TOP])
    remaining = {*np.argsort(-before, kind="stable")[:TOP].tolist(), asked} - set(best)
    indices = [*best, *sorted(remaining, key=lambda index: -after[index])]
    return tuple(ProbabilityChange(labels[i], float(before[i]), float(after[i])) for i in indices)
