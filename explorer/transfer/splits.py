"""Which photos are learned from, chosen on and checked with, before anything is computed.

Each class is divided alike, and near duplicates stay on one side. Where that leaves too few photos
to check a class with, every photo is checked in turn: repeated cross-validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.photos.near_duplicates import Groups
from explorer.transfer.labelled_photos import Indices, LabelledPhotos, Part

ENOUGH = 20  # photos to check each class with, for one split to do
CHECK_SHARE, CHOOSE_SHARE = 0.3, 0.15  # of all photos, and of the others
FOLDS, REPEATS = 5, 2

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of photos, sorted, each in one part.

    Attributes:
        learn: photos that weights are fitted on, and the strength of the penalty by
            cross-validation among them.
        choose: photos that temperature and best epoch are chosen on; there may be none.
        check: photos that accuracy is measured with; none in the split of a final network.
        seed: seed that the photos were dealt by.
    """

    learn: Indices
    choose: Indices
    check: Indices
    seed: int

    @property
    def known(self) -> Indices:
        """The photos to learn from and to choose on, sorted."""
        return np.union1d(self.learn, self.choose)

    def shared_groups(self, groups: Groups) -> int:
        """Count the groups of near duplicates that are both in `known` and in `check`.

        Only a split that was given can have any.
        """
        return len(np.intersect1d(groups[self.known], groups[self.check]))


@dataclass(frozen=True, eq=False)
class Plan:
    """How photos are used.

    Attributes:
        splits: one split; several if each photo is checked in turn; none if no photo can be
            checked, because no class has two photos that differ.
        final: split for the network that is kept. It is the one split, or learns from all photos
            if there are several: these tell how good that way to learn is.
        given: whether folders said what the photos are for.
    """

    splits: tuple[Split, ...]
    final: Split
    given: bool = False

    @property
    def crosses(self) -> bool:
        """Whether it is a cross-validation."""
        return len(self.splits) > 1


def plan(photos: LabelledPhotos, seed: int = 0, folds: int | None = None) -> Plan:
    """Decide which photos are for what; the same photos and seed give the same plan.

    Args:
        photos: the photos. If folders say what they are for, that holds.
        seed: seed that photos are dealt by.
        folds: number of folds of a cross-validation, at least 2, or 1 for a single split; None
            takes a cross-validation if a class has fewer than `ENOUGH` photos in a single split.
    """
    if photos.parts is not None:
        split = _given(photos, photos.parts, seed)
        return Plan((split,), split, given=True)
    split = single_split(photos.classes, photos.groups, seed)
    fewest = np.bincount(photos.classes[split.check], minlength=len(photos.labels)).min()
    if folds is None:
        folds = 1 if fewest >= ENOUGH else FOLDS
    if folds == 1:
        return Plan((split,), split)
    splits = cross_validation(photos.classes, photos.groups, seed, folds)
    every = np.ones(len(photos.classes), dtype=np.bool_)
    return Plan(tuple(splits), _cut(every, photos.classes, photos.groups, seed))


def single_split(classes: Indices, groups: Groups, seed: int) -> Split:
    """Divide photos once.

    Args:
        classes: class index of each photo, shape (N,).
        groups: group of near duplicates of each photo, shape (N,).
        seed: seed that photos are dealt by.
    """
    sides = _dealt(classes, groups, (1 - CHECK_SHARE, CHECK_SHARE), seed)
    return _cut(_learnable(sides == 0, classes, groups), classes, groups, seed)


def cross_validation(
    classes: Indices, groups: Groups, seed: int, folds: int = FOLDS, repeats: int = REPEATS
) -> Iterator[Split]:
    """Yield splits in which each photo is checked once in each repeat.

    A class whose photos are all near duplicates of each other is never checked: there would be
    nothing else to learn it from.

    Args:
        classes: class index of each photo, shape (N,).
        groups: group of near duplicates of each photo, shape (N,).
        seed: seed that photos are dealt by.
        folds: number of parts that photos are divided into.
        repeats: how often they are divided anew.
    """
    for repeat in range(repeats):
        for known in _folds(classes, groups, seed + repeat, folds):
            yield _cut(known, classes, groups, seed + repeat)


def inner_folds(
    classes: Indices, groups: Groups, seed: int, folds: int
) -> Iterator[tuple[Indices, Indices]]:
    """Yield indices to fit on and to score, for a cross-validation inside the learning part.

    Arguments are those of `cross_validation`.
    """
    for known in _folds(classes, groups, seed, folds):
        yield np.flatnonzero(known), np.flatnonzero(~known)


def _given(photos: LabelledPhotos, parts: Sequence[Part], seed: int) -> Split:
    where = {part: np.array([own is part for own in parts]) for part in Part}
    if where[Part.CHOOSE].any():
        learn, choose, check = (np.flatnonzero(where[part]) for part in Part)
        return Split(learn, choose, check, seed)
    return _cut(where[Part.LEARN], photos.classes, photos.groups, seed)


def _cut(known: Mask, classes: Indices, groups: Groups, seed: int) -> Split:
    """Cut the photos to choose on from those that are not checked."""
    places = np.flatnonzero(known)
    own, joined = classes[places], groups[places]
    sides = _dealt(own, joined, (1 - CHOOSE_SHARE, CHOOSE_SHARE), seed)
    learn = _learnable(sides == 0, own, joined)
    return Split(places[learn], places[~learn], np.flatnonzero(~known), seed)


def _folds(classes: Indices, groups: Groups, seed: int, folds: int) -> Iterator[Mask]:
    """Yield which photos are not in a fold, for each fold that has any, shape (N,)."""
    sides = _dealt(classes, groups, (1 / folds,) * folds, seed)
    for fold in range(folds):
        known = _learnable(sides != fold, classes, groups)
        if not known.all():
            yield known


def _dealt(classes: Indices, groups: Groups, shares: Sequence[float], seed: int) -> Indices:
    """Deal groups of photos to sides, so that each class is divided by the shares.

    The largest groups come first. Each goes where its classes lack most photos; between sides of
    the same share chance decides.

    Returns:
        Side of each photo, shape (N,).
    """
    random = np.random.default_rng(seed)
    names, members = np.unique(groups, return_inverse=True)
    counts = np.zeros((len(names), classes.max(initial=0) + 1))
    np.add.at(counts, (members, classes), 1)
    lacking = np.outer(shares, counts.sum(0))
    order = random.permutation(len(names))
    sides = np.zeros(len(names), dtype=np.intp)
    for group in order[np.argsort(-counts[order].sum(1), kind="stable")]:
        need = lacking @ counts[group]
        sides[group] = random.choice(np.flatnonzero(need >= need.max() - 1e-9))
        lacking[sides[group]] -= counts[group]
    return sides[members]


def _learnable(known: Mask, classes: Indices, groups: Groups) -> Mask:
    """Add to the known photos those of classes without any, with their groups; shape (N,)."""
    missing = ~np.isin(classes, classes[known])
    return known | np.isin(groups, groups[missing])
