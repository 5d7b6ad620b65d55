"""Which photos a classifier was asked about and what it said: by class, by mistake, by certainty.

It holds for what was just checked and for what was recorded alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.transfer.intervals import Accuracy, wilson

if TYPE_CHECKING:
    from explorer.transfer.labelled_photos import Indices

BINS = 10  # of the probability, of equal width


@dataclass(frozen=True)
class Answer:
    """What a classifier takes a photo for.

    Attributes:
        photo: index of the photo.
        true: index of its class.
        predicted: index of the class that it is taken for.
        probability: probability of that class, 0..1.
    """

    photo: int
    true: int
    predicted: int
    probability: float

    @property
    def right(self) -> bool:
        """Whether the photo is recognised."""
        return self.true == self.predicted


@dataclass(frozen=True)
class ClassRecord:
    """What became of the photos of a class.

    Attributes:
        label: label of the class.
        photos: number of different photos that were asked about.
        accuracy: share that was recognised, with Wilson's interval; None without photos.
        taken_for: label of the class that most of the others are taken for; "" if there are none.
        precision: share of what is taken for the class that belongs to it, 0..1; None if nothing
            is.
    """

    label: str
    photos: int
    accuracy: Accuracy | None
    taken_for: str
    precision: float | None


@dataclass(frozen=True)
class ReliabilityBin:
    """Photos whose answers are about as certain.

    Attributes:
        probability: mean probability of the answers, 0..1.
        accuracy: share of them that is right, with Wilson's interval.
        photos: number of photos; each counts once, also if it was asked about several times.
    """

    probability: float
    accuracy: Accuracy
    photos: int


@dataclass(frozen=True, eq=False)
class AnsweredPhotos:
    """All answers.

    Attributes:
        labels: class labels, K of them.
        answers: the answers; in a repeated cross-validation, several for each photo.
    """

    labels: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def confusion(self) -> Indices:
        """The counts of (true class, predicted class), shape (K, K)."""
        counts = np.zeros((len(self.labels), len(self.labels)), dtype=np.intp)
        for answer in self.answers:
            counts[answer.true, answer.predicted] += 1
        return counts

    @property
    def photos(self) -> int:
        """The number of different photos."""
        return len({answer.photo for answer in self.answers})

    @property
    def mistakes(self) -> tuple[Answer, ...]:
        """The photos that are taken for another class, the most confident mistakes first.

        A photo that was asked about several times counts with its most confident mistake.
        """
        wrong: dict[int, Answer] = {}
        for answer in _once(answer for answer in self.answers if not answer.right):
            wrong.setdefault(answer.photo, answer)
        return tuple(wrong.values())

    def found(self, true: int, predicted: int | None = None) -> tuple[Answer, ...]:
        """Return the photos of a class that are taken for another, the most confident first.

        Args:
            true: index of their class.
            predicted: index of the class that they are taken for; None for whichever.
        """
        return _once(
            answer
            for answer in self.answers
            if answer.true == true and predicted in (None, answer.predicted)
        )

    def by_class(self) -> tuple[ClassRecord, ...]:
        """Return what became of the photos of each class; repeats make no interval narrower."""
        confusion = self.confusion
        return tuple(self._record(confusion, own) for own in range(len(self.labels)))

    def _record(self, confusion: Indices, own: int) -> ClassRecord:
        photos = len({answer.photo for answer in self.answers if answer.true == own})
        right, asked, taken = confusion[own, own], confusion[own].sum(), confusion[:, own].sum()
        others = confusion[own].copy()
        others[own] = 0
        return ClassRecord(
            self.labels[own],
            photos,
            wilson(float(right / asked * photos), photos) if photos else None,
            self.labels[int(others.argmax())] if others.any() else "",
            float(right / taken) if taken else None,
        )

    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """Return how often answers are right that are about as certain, the least certain first."""
        sure = np.array([answer.probability for answer in self.answers])
        right = np.array([answer.right for answer in self.answers])
        photo = np.array([answer.photo for answer in self.answers])
        bins = np.minimum((sure * BINS).astype(np.intp), BINS - 1)
        return tuple(
            _bin(sure[bins == own], right[bins == own], photo[bins == own])
            for own in np.unique(bins)
        )


def answered_photos(
    labels: Sequence[str],
    classes: Indices,
    photos: Iterable[int],
    predicted: Iterable[int],
    probabilities: Iterable[float],
) -> AnsweredPhotos:
    """List answers.

    Args:
        labels: class labels, K of them.
        classes: class index of every photo, not only of those that were asked about.
        photos: index of each photo that was asked about.
        predicted: class index that it is taken for.
        probabilities: probability of that class, 0..1.
    """
    rows = zip(photos, predicted, probabilities, strict=True)
    answers = (Answer(int(at), int(classes[at]), int(own), float(sure)) for at, own, sure in rows)
    return AnsweredPhotos(tuple(labels), tuple(answers))


def _bin(sure: Indices, right: Indices, photo: Indices) -> ReliabilityBin:
    photos = len(np.unique(photo))
    return ReliabilityBin(float(sure.mean()), wilson(float(right.mean()) * photos, photos), photos)


def _once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Keep the most confident one of equal answers about a photo; the most confident first."""
    kept: dict[tuple[int, int], Answer] = {}
    for answer in sorted(answers, key=lambda one: (-one.probability, one.photo)):
        kept.setdefault((answer.photo, answer.predicted), answer)
    return tuple(kept.values())
