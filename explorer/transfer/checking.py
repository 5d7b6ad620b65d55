"""How good a classifier is on photos that it did not learn from, and beside what that stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from explorer.array_types import Map
from explorer.training.calibration import expected_calibration_error, fit_temperature
from explorer.transfer.answered_photos import AnsweredPhotos, answered_photos
from explorer.transfer.intervals import (
    Accuracy,
    Difference,
    difference_over_folds,
    over_folds,
    paired_difference,
    wilson,
)
from explorer.transfer.labelled_photos import Indices, LabelledPhotos
from explorer.transfer.linear_heads import LinearHead
from explorer.transfer.splits import Plan, Split

COOLEST, WARMEST = 0.05, 1000.0  # temperatures; distances to means need high ones


@dataclass(frozen=True, eq=False)
class Answers:
    """What a classifier says about the photos of one split.

    Attributes:
        split: the split.
        choose: logits of the photos to choose on, float32, shape (M, K).
        check: logits of the photos to check with, float32, shape (N, K).
        temperature: divisor of the logits before the softmax, fitted on `choose`.
    """

    split: Split
    choose: Map
    check: Map
    temperature: float

    @classmethod
    def of(cls, split: Split, choose: Map, check: Map, classes: Indices) -> Answers:
        """Fit the temperature on the photos to choose on, as `fitted_temperature` does.

        Args:
            split: the split.
            choose: logits of the photos to choose on, shape (M, K).
            check: logits of the photos to check with, shape (N, K).
            classes: class index of every photo, not only of these.
        """
        return cls(split, choose, check, fitted_temperature(choose, classes[split.choose]))

    @property
    def probabilities(self) -> Map:
        """The probabilities of the photos to check with, shape (N, K)."""
        probabilities: Map = torch.from_numpy(self.check / self.temperature).softmax(1).numpy()
        return probabilities

    @property
    def predicted(self) -> Indices:
        """The predicted class of the photos to check with, shape (N,)."""
        predicted: Indices = self.check.argmax(1)
        return predicted


@dataclass(frozen=True, eq=False)
class Check:
    """How good a classifier is.

    Attributes:
        accuracy: share of photos that were recognised, with its interval.
        macro: mean of the classes' accuracies, 0..1.
        majority: share that "always the most frequent class to learn from" would get, 0..1.
        answered: the photos that were checked with what they are taken for; each counts once in
            each repeat of a cross-validation.
        calibration_error: expected calibration error after the temperature, in percentage points.
        temperature: divisor of the logits before the softmax; the median over the splits.
        answers: what it said, split by split.
    """

    accuracy: Accuracy
    macro: float
    majority: float
    answered: AnsweredPhotos
    calibration_error: float
    temperature: float
    answers: tuple[Answers, ...]


def check(answers: Sequence[Answers], classes: Indices, labels: Sequence[str]) -> Check:
    """Measure how good a classifier is.

    Args:
        answers: what it says, for each split of a plan, at least one.
        classes: class index of every photo, shape (N,).
        labels: class labels, K of them.
    """
    answered = answered_photos(
        labels,
        classes,
        np.concatenate([one.split.check for one in answers]),
        np.concatenate([one.predicted for one in answers]),
        np.concatenate([one.probabilities.max(1) for one in answers]),
    )
    accuracies = [own.accuracy for own in answered.by_class() if own.accuracy is not None]
    return Check(
        accuracy=_accuracy(answers, classes),
        macro=float(np.mean([own.value for own in accuracies])),
        majority=_majority(answers, classes),
        answered=answered,
        calibration_error=_calibration_error(answers, classes),
        temperature=float(np.median([one.temperature for one in answers])),
        answers=tuple(answers),
    )


def check_head(
    fit: Callable[[Map, Indices], LinearHead], vectors: Map, photos: LabelledPhotos, plan: Plan
) -> Check:
    """Fit a head in each split of a plan, and measure how good that way to learn is.

    Args:
        fit: function from features and the indices to learn from to a head.
        vectors: features of all photos, shape (N, C).
        photos: the photos.
        plan: which photos are for what, with at least one split.
    """
    answers = []
    for split in plan.splits:
        head = fit(vectors, split.learn)
        choose, checked = head.logits(vectors[split.choose]), head.logits(vectors[split.check])
        answers.append(Answers.of(split, choose, checked, photos.classes))
    return check(answers, photos.classes, photos.labels)


def difference(first: Check, second: Check, classes: Indices) -> Difference:
    """Compare two classifiers on the same photos: how much more accurate the first is.

    Args:
        first: the first classifier, checked with a plan.
        second: the second, checked with the same plan, or with more splits: what both were checked
            with counts.
        classes: class index of every photo, shape (N,).
    """
    others = {one.split.check.tobytes(): one for one in second.answers}
    pairs = [(one, others[one.split.check.tobytes()]) for one in first.answers]
    right = [[one.predicted == classes[one.split.check] for one in pair] for pair in pairs]
    if len(right) == 1:
        return paired_difference(*right[0])
    shares = [[float(one.mean()) for one in each] for each in zip(*right, strict=True)]
    return difference_over_folds(shares[0], shares[1], _checked_per_known(first.answers))


def fitted_temperature(logits: Map, classes: Indices) -> float:
    """Fit the temperature; 1 if all photos are right: then none is too cool, and none the best.

    Args:
        logits: logits of the photos to choose on, shape (M, K); M may be 0.
        classes: class index of each of them, shape (M,).
    """
    if (logits.argmax(1) == classes).all():
        return 1.0
    fitted = fit_temperature(torch.from_numpy(logits), torch.from_numpy(classes))
    return min(max(fitted, COOLEST), WARMEST) if np.isfinite(fitted) else 1.0


def _accuracy(answers: Sequence[Answers], classes: Indices) -> Accuracy:
    right = [one.predicted == classes[one.split.check] for one in answers]
    if len(right) == 1:
        return wilson(int(right[0].sum()), len(right[0]))
    photos = len(np.unique(np.concatenate([one.split.check for one in answers])))
    shares = [float(one.mean()) for one in right]
    return over_folds(shares, _checked_per_known(answers), photos)


def _checked_per_known(answers: Sequence[Answers]) -> float:
    return float(np.mean([len(one.split.check) / len(one.split.known) for one in answers]))


def _majority(answers: Sequence[Answers], classes: Indices) -> float:
    """Return the share of the class that is most frequent among those to learn from."""
    shares = [
        (classes[one.split.check] == np.bincount(classes[one.split.known]).argmax()).mean()
        for one in answers
    ]
    return float(np.mean(shares))


def _calibration_error(answers: Sequence[Answers], classes: Indices) -> float:
    scaled = np.concatenate([one.check / np.float32(one.temperature) for one in answers])
    true = np.concatenate([classes[one.split.check] for one in answers])
    return expected_calibration_error(torch.from_numpy(scaled), torch.from_numpy(true))
