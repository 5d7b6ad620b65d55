"""Teach a network classes from photos: the whole way from a folder to a network with its record."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from torch import nn

from explorer.array_types import Map
from explorer.errors import DataError
from explorer.features.extraction import extract
from explorer.features.feature_store import FeatureStore
from explorer.networks.network import Network
from explorer.training.trained_parts import Scope
from explorer.transfer.checking import Answers, Check, check, fitted_temperature
from explorer.transfer.fine_tuning import (
    TuningPlan,
    fine_tune,
    logits_of,
    scratch_plan,
    tuning_plan,
)
from explorer.transfer.labelled_photos import Indices, LabelledPhotos, from_folder
from explorer.transfer.linear_heads import LinearHead, fit_probe
from explorer.transfer.splits import Plan, Split, plan
from explorer.transfer.taught_card import card_of
from explorer.transfer.taught_network import Taught, record_of, taught_network, with_head
from explorer.transfer.taught_record import How, find_how
from explorer.weights.loading import load
from explorer.weights.untrained import untrained_copy


@dataclass(frozen=True)
class TeachingStep:
    """How far the teaching is.

    Attributes:
        what: what is being done, e.g. "looking at the photos".
        done: number of steps of it that are done.
        total: number of its steps.
    """

    what: str
    done: int
    total: int


def teach(
    photos: LabelledPhotos | str | os.PathLike[str],
    variant: str | None = None,
    weights: str | os.PathLike[str] = "builtin",
    how: How | str = How.PROBE,
    folds: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    on_step: Callable[[TeachingStep], object] = lambda step: None,
) -> Taught:
    """Teach a pretrained network classes of your own, and measure how good it is.

    Args:
        photos: folder that holds a folder of photos for each class, or `train` and `test` (or
            `val`) with these in each; or the photos themselves.
        variant: name of the variant; None for a checkpoint's own, or else ResNet-18.
        weights: weights to start from, as for `explorer.load`.
        how: "probe", "last-stage", "all" or "scratch".
        folds: number of folds of a cross-validation, or 1 for a single split; None decides by the
            number of photos.
        seed: seed of split and training.
        device: device to compute on.
        on_step: function that is called with the progress.

    Raises:
        ExplorerError: if the photos cannot be used, or there is no such network.
    """
    way = find_how(how)
    if not isinstance(photos, LabelledPhotos):
        photos = from_folder(Path(photos))
    network = load(variant, weights, device)
    return run_to_end(teaching(network, photos, way, plan(photos, seed, folds)), on_step)


def run_to_end(
    steps: Generator[TeachingStep, None, Taught], on_step: Callable[[TeachingStep], object]
) -> Taught:
    """Run a teaching, and call a function with its progress."""
    while True:
        try:
            on_step(next(steps))
        except StopIteration as end:
            taught: Taught = end.value
            return taught


def teaching(
    network: Network,
    photos: LabelledPhotos,
    how: How,
    plan: Plan,
    store: FeatureStore | None = None,
) -> Generator[TeachingStep, None, Taught]:
    """Teach a network step by step; between the steps it can be ended.

    Each split of the plan is learned and checked; the network that is kept comes from the plan's
    final split, which is the same one unless photos are checked in turn.

    Args:
        network: network to start from; shared and only read.
        photos: the photos.
        how: the way to learn.
        plan: which photos are for what.
        store: features that were computed before.

    Yields:
        How far it is.

    Raises:
        DataError: if there is no photo to check with.
    """
    if not any(len(split.check) for split in plan.splits):
        raise DataError(
            "There is no photo to check with: in each class all photos are the same or nearly so. "
            "Add others, at least two to a class."
        )
    started = time.perf_counter()
    learner = _Learner(network, photos, how, (yield from features(network, photos, store)))
    answers = []
    for number, split in enumerate(plan.splits, start=1):
        learned = yield from learner.learn(
            split, f", fold {number} of {len(plan.splits)}" if plan.crosses else ""
        )
        answers.append(learner.answers(learned, split))
    if plan.crosses:
        learned = yield from learner.learn(plan.final, ", the network to keep")
    seconds = time.perf_counter() - started
    return _result(learner, learned, plan, answers, seconds)


def check_trained(
    network: Network,
    module: nn.Module,
    photos: LabelledPhotos,
    how: How,
    split: Split,
    seconds: float,
) -> Taught:
    """Check a network that was trained on a split elsewhere, e.g. in the background.

    Args:
        network: network that it started from, before it got a new head.
        module: what came out; from now on it must not be changed.
        photos: the photos.
        how: the way to learn.
        split: which photos it learned from, was chosen on, and is checked with.
        seconds: wall time of the training.
    """
    learner = _Learner(network, photos, how)
    learned = learner.learned(module)
    return _result(
        learner, learned, Plan((split,), split), [learner.answers(learned, split)], seconds
    )


def probed(network: Network, photos: LabelledPhotos, vectors: Map, split: Split) -> Network:
    """Return a network with the head that the probe fits on a split.

    Args:
        network: network to start from; shared and only read.
        photos: the photos.
        vectors: features of all photos, shape (N, C).
        split: which of them are for what.
    """
    learner = _Learner(network, photos, How.PROBE, vectors)
    return with_head(network, learner.head(split), photos.labels)


def features(
    network: Network, photos: LabelledPhotos, store: FeatureStore | None = None
) -> Generator[TeachingStep, None, Map]:
    """Extract the features of all photos, which every way to learn but one starts from.

    Args:
        network: network; shared and only read.
        photos: the photos.
        store: features that were computed before.

    Yields:
        How far it is.

    Returns:
        The features, float32, shape (N, C).
    """
    steps = extract(network, photos.photos, digests=photos.digests, store=store)
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            vectors: Map = end.value.vectors
            return vectors
        yield TeachingStep("looking at the photos", progress.done, progress.total)


def untrained(network: Network) -> Network:
    """Return the same network as if it had never been trained; the same one at every call."""
    module = untrained_copy(network.module, seed=0).to(network.device)
    return Network(network.variant, network.weights, module, network.device, network.precision)


@dataclass(frozen=True, eq=False)
class _Learned:
    """A network that learned the photos of a split.

    Attributes:
        network: function that returns the network, at temperature 1.
        logits: function from indices of photos to their logits.
    """

    network: Callable[[], Network]
    logits: Callable[[Indices], Map]


@dataclass(frozen=True, eq=False)
class _Learner:
    """Learns the photos of one split after the other, in one way.

    Attributes:
        network: network to start from.
        photos: all photos.
        how: the way to learn.
        vectors: features of all photos, shape (N, C); None if it was learned elsewhere.
    """

    network: Network
    photos: LabelledPhotos
    how: How
    vectors: Map | None = None

    def head(self, split: Split) -> LinearHead:
        """Fit the probe's head."""
        assert self.vectors is not None  # only what was learned elsewhere has none
        return fit_probe(
            self.vectors[split.learn],
            self.photos.classes[split.learn],
            len(self.photos.labels),
            groups=self.photos.groups[split.learn],
            seed=split.seed,
        )

    def learn(self, split: Split, where: str) -> Generator[TeachingStep, None, _Learned]:
        """Learn a split, and yield how far it is; `where` says in words which split it is."""
        head = self.head(split)
        if self.how is How.PROBE:
            yield TeachingStep(f"fitting the head{where}", 1, 1)
            return _Learned(
                lambda: with_head(self.network, head, self.photos.labels),
                partial(self._probed_logits, head),
            )
        probed = with_head(self.network, head, self.photos.labels)
        return self.learned((yield from self._train(probed, split, where)))

    def learned(self, module: nn.Module) -> _Learned:
        """Describe what a training brought."""
        return _Learned(
            lambda: taught_network(module, self.network, self.how, self.photos.labels),
            lambda indices: self._logits(module, indices),
        )

    def answers(self, learned: _Learned, split: Split) -> Answers:
        """Ask about the photos to choose on and to check with."""
        choose, checked = learned.logits(split.choose), learned.logits(split.check)
        return Answers.of(split, choose, checked, self.photos.classes)

    def _probed_logits(self, head: LinearHead, indices: Indices) -> Map:
        assert self.vectors is not None
        return head.logits(self.vectors[indices])

    def _logits(self, module: nn.Module, indices: Indices) -> Map:
        if not len(indices):
            return np.zeros((0, len(self.photos.labels)), np.float32)
        return logits_of(module, self.photos, indices, self.network.weights.preprocessing)

    def _train(
        self, probed: Network, split: Split, where: str
    ) -> Generator[TeachingStep, None, nn.Module]:
        """Train on from the probe's head, or from random weights."""
        epochs = fine_tune(probed, self.photos, split, self._plan(probed, split.seed))
        while True:
            try:
                epoch = next(epochs)
            except StopIteration as end:
                module: nn.Module = end.value
                return module
            yield TeachingStep(f"training{where}", epoch.epoch, epoch.epochs)

    def _plan(self, probed: Network, seed: int) -> TuningPlan:
        if self.how is How.SCRATCH:
            return scratch_plan(probed, seed=seed)
        scope = Scope.ALL if self.how is How.ALL else Scope.LAST_STAGE
        return tuning_plan(probed, scope, seed=seed)


def _result(
    learner: _Learner, learned: _Learned, plan: Plan, answers: Sequence[Answers], seconds: float
) -> Taught:
    """Say how good what was learned is; answers are those of each split of the plan."""
    photos, final = learner.photos, plan.final
    checked = check(answers, photos.classes, photos.labels)
    temperature = fitted_temperature(learned.logits(final.choose), photos.classes[final.choose])
    taught = _with_results(learned.network(), temperature, checked)
    record = record_of(learner.network, taught, learner.how, plan, checked, seconds)
    return Taught(taught, record, card_of(taught, record, checked, photos.classes), checked)


def _with_results(network: Network, temperature: float, checked: Check) -> Network:
    """Return the network with its temperature, and with how good it is."""
    weights = replace(
        network.weights,
        temperature=temperature,
        top1=100 * checked.accuracy.value,
        calibration_error=checked.calibration_error,
    )
    return replace(network, weights=weights)
