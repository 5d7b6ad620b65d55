"""How many photos of a class are enough: accuracy over photos per class, drawn several times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.array_types import Map
from explorer.photos.near_duplicates import Groups
from explorer.transfer.labelled_photos import Indices
from explorer.transfer.linear_heads import fit_probe
from explorer.transfer.splits import Plan

DRAWS = 5
OWN_COUNTS = (1, 2, 4, 8, 12, 20)  # and all of them

Learner = Callable[[Indices, Indices], Indices]  # photos to learn from, to answer -> classes


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy after learning from a number of photos of each class.

    Attributes:
        per_class: number of photos of each class; None for all that there are.
        learned: mean number of photos that were learned from, of all classes together.
        accuracies: accuracy of each draw on the photos to check with, 0..1.
    """

    per_class: int | None
    learned: float
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean accuracy of the draws, 0..1."""
        return float(np.mean(self.accuracies))

    @property
    def low(self) -> float:
        """The lowest accuracy of the draws, 0..1: the lower edge of the band."""
        return min(self.accuracies)

    @property
    def high(self) -> float:
        """The highest accuracy of the draws, 0..1: the upper edge of the band."""
        return max(self.accuracies)


def learning_curve(
    learn: Learner,
    classes: Indices,
    plan: Plan,
    counts: Sequence[int] = OWN_COUNTS,
    draws: int = DRAWS,
) -> Iterator[CurvePoint]:
    """Yield a point for each number of photos, the smallest number first.

    No photos are needed to choose on, so that all that are not checked may be learned from. A draw
    takes the next split of a cross-validation. Numbers that some class cannot give in every split
    are left out; the last point has all photos.

    Args:
        learn: function that learns from some photos and answers others, as `probing` makes it.
        classes: class index of each photo, shape (N,).
        plan: which photos are for what, with at least one split.
        counts: numbers of photos of each class.
        draws: how often the photos of a point are drawn.
    """
    fewest = min(np.bincount(classes[split.known]).min() for split in plan.splits)
    for count in sorted(count for count in counts if count <= fewest):
        yield _point(learn, classes, plan, count, draws)
    yield _point(learn, classes, plan, None, draws if plan.crosses else 1)


def probing(vectors: Map, classes: Indices, groups: Groups) -> Learner:
    """Return a learner that fits a linear probe on features.

    Args:
        vectors: features of all photos, shape (N, C).
        classes: class index of each photo, shape (N,).
        groups: group of near duplicates of each photo, shape (N,).
    """
    count = int(classes.max()) + 1

    def learn(learned: Indices, asked: Indices) -> Indices:
        head = fit_probe(vectors[learned], classes[learned], count, groups=groups[learned])
        answers: Indices = head.logits(vectors[asked]).argmax(1)
        return answers

    return learn


def _point(
    learn: Learner, classes: Indices, plan: Plan, count: int | None, draws: int
) -> CurvePoint:
    accuracies, learned = [], []
    for draw in range(draws):
        split = plan.splits[draw % len(plan.splits)]
        random = np.random.default_rng((split.seed, draw))
        drawn = split.known if count is None else _drawn(split.known, classes, count, random)
        answers = learn(drawn, split.check)
        accuracies.append(float((answers == classes[split.check]).mean()))
        learned.append(len(drawn))
    return CurvePoint(count, float(np.mean(learned)), tuple(accuracies))


def _drawn(known: Indices, classes: Indices, count: int, random: np.random.Generator) -> Indices:
    """Draw photos of each class; a larger number contains the photos of a smaller one."""
    shuffled = random.permutation(known)
    own = [shuffled[classes[shuffled] == index][:count] for index in np.unique(classes[known])]
    return np.sort(np.concatenate(own))
