"""One network with one set of photos, and every way to learn that is recorded of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

from torch import nn

from explorer.array_types import Map
from explorer.features.extraction import extract, run_to_end
from explorer.features.feature_store import FeatureStore
from explorer.networks.network import Network
from explorer.training.trained_parts import Scope
from explorer.transfer.checking import Answers, Check, check, difference
from explorer.transfer.fine_tuning import (
    FineTuning,
    TuningPlan,
    fine_tune,
    logits_of,
    photos_for,
    scratch_plan,
    starting_point,
    tuning_plan,
)
from explorer.transfer.intervals import paired_difference, wilson
from explorer.transfer.labelled_photos import Indices, LabelledPhotos, from_folder
from explorer.transfer.learning_curve import DRAWS, Learner, learning_curve, probing
from explorer.transfer.linear_heads import LinearHead, fit_probe, nearest_mean
from explorer.transfer.pitfalls.in_training import augmentation_of, counterpart, pitfall_plan
from explorer.transfer.pitfalls.results import PitfallRun, TuningPitfall
from explorer.transfer.pitfalls.with_probe import Probing
from explorer.transfer.recorded.results import (
    SHIPPED,
    RecordedCurve,
    RecordedPoint,
    Way,
    WayResult,
)
from explorer.transfer.splits import Mask, Plan, Split, plan
from explorer.transfer.taught_network import with_head
from explorer.transfer.taught_record import PhotoCounts
from explorer.transfer.tuning_epoch import Score, TuningEpoch
from explorer.weights.loading import load
from explorer.weights.untrained import untrained_copy

SETS = {
    SHIPPED: "caltech_ship",
    "caltech_new": "caltech_new",
    "grocery": "domain/grocery",
    "clothes": "domain/clothes",
}
EPOCHS = {SHIPPED: 12, "caltech_new": 6, "grocery": 6, "clothes": 6}
CURVE_EPOCHS = 12
PER_CLASS = (1, 2, 4, 8, 12)


class Bench:
    """One network with one set of photos.

    Args:
        data: name of the set.
        root: folder of all sets.
        variant: name of the variant.
        store: features that were computed before.
    """

    def __init__(self, data: str, root: Path, variant: str, store: FeatureStore) -> None:
        self.data, self.variant = data, variant
        self._root, self._store = root, store

    @cached_property
    def network(self) -> Network:
        """The network with its built-in weights."""
        return load(self.variant)

    @cached_property
    def photos(self) -> LabelledPhotos:
        """The photos."""
        return _photos(self._root / SETS[self.data])

    @cached_property
    def plan(self) -> Plan:
        """Which photos are for what: as their folders say."""
        return plan(self.photos)

    @property
    def split(self) -> Split:
        """The one split of the plan."""
        return self.plan.final

    @cached_property
    def probing(self) -> Probing:
        """The network with its features."""
        return Probing(
            self.network, self.photos, self.split, self._features(self.network), self._store
        )

    @cached_property
    def probed(self) -> Network:
        """The network with the probe's head."""
        return with_head(self.network, self._probe(self.probing.vectors), self.photos.labels)

    @cached_property
    def probe_check(self) -> Check:
        """How good the probe is."""
        head, vectors = self._probe(self.probing.vectors), self.probing.vectors
        return self._check(lambda indices: head.logits(vectors[indices]))

    def result(self, way: Way) -> WayResult:
        """Learn in one way."""
        started = time.process_time()
        epochs, checked = self._learned(way)
        answers = checked.answers[0]
        return WayResult(
            data=self.data,
            variant=self.variant,
            way=way,
            classes=len(self.photos.labels),
            photos=PhotoCounts(
                len(self.split.learn), len(self.split.choose), len(self.split.check)
            ),
            accuracy=checked.accuracy,
            macro=checked.macro,
            majority=checked.majority,
            over_probe=None
            if way is Way.PROBE
            else difference(checked, self.probe_check, self.photos.classes),
            seconds=round(time.process_time() - started, 1),
            epochs=tuple(map(_rounded, epochs)),
            predicted=tuple(answers.predicted.tolist()),
            probabilities=tuple(round(float(value), 3) for value in answers.probabilities.max(1)),
        )

    def tuning(self, way: Way, epochs: int) -> TuningPlan:
        """Plan a training; the smallest set also records how well it knows what it learns."""
        if way is Way.SCRATCH:
            planned = scratch_plan(self.probed, epochs)
        else:
            scope = Scope.ALL if way is Way.ALL else Scope.LAST_STAGE
            planned = tuning_plan(self.probed, scope, epochs)
        recipe = replace(planned.recipe, record_training=self.data == SHIPPED)
        return replace(planned, recipe=recipe)

    def pitfall(self, kind: TuningPitfall) -> PitfallRun:
        """Fine-tune everything with and without a pitfall."""
        planned = self.tuning(Way.ALL, EPOCHS[self.data])
        planned = replace(planned, recipe=replace(planned.recipe, record_training=True))
        before, right = self._tuned(counterpart(kind, planned), None)
        after, fooled = self._tuned(pitfall_plan(kind, planned), kind)
        count = len(right)
        return PitfallRun(
            pitfall=kind,
            data=self.data,
            variant=self.variant,
            scope=planned.parts.scope.value,
            before=before,
            after=after,
            check_before=wilson(int(right.sum()), count),
            check_after=wilson(int(fooled.sum()), count),
            difference=paired_difference(fooled, right),
        )

    def curve(self, way: Way) -> RecordedCurve:
        """Learn from few and more photos of each class; the number of epochs is always the same."""
        learner: Learner = self._from_scratch
        if way is Way.PROBE:
            learner = probing(self.probing.vectors, self.photos.classes, self.photos.groups)
        points = learning_curve(learner, self.photos.classes, self.plan, PER_CLASS, DRAWS)
        return RecordedCurve(
            data=self.data,
            variant=self.variant,
            way=way,
            epochs=CURVE_EPOCHS if way is Way.SCRATCH else 0,
            points=tuple(
                RecordedPoint(count, point.accuracies)
                for count, point in zip(PER_CLASS, islice(points, len(PER_CLASS)), strict=True)
            ),
        )

    def _learned(self, way: Way) -> tuple[list[TuningEpoch], Check]:
        if way is Way.PROBE:
            return [], self.probe_check
        if way is Way.NEAREST_MEAN:
            learn = self.split.learn
            vectors, classes = self.probing.vectors, self.photos.classes
            head = nearest_mean(vectors[learn], classes[learn], len(self.photos.labels))
            return [], self._check(lambda indices: head.logits(vectors[indices]))
        if way is Way.UNTRAINED:
            random = self._features(self._untrained())
            head = self._probe(random)
            return [], self._check(lambda indices: head.logits(random[indices]))
        epochs, module = _run(
            fine_tune(self.probed, self.photos, self.split, self.tuning(way, EPOCHS[self.data]))
        )
        return epochs, self._check(lambda indices: self._logits(module, indices))

    def _probe(self, vectors: Map) -> LinearHead:
        learn, photos = self.split.learn, self.photos
        return fit_probe(
            vectors[learn],
            photos.classes[learn],
            len(photos.labels),
            groups=photos.groups[learn],
            seed=self.split.seed,
        )

    def _check(self, logits: Callable[[Indices], Map]) -> Check:
        answers = Answers.of(
            self.split, logits(self.split.choose), logits(self.split.check), self.photos.classes
        )
        return check([answers], self.photos.classes, self.photos.labels)

    def _logits(self, module: nn.Module, indices: Indices) -> Map:
        return logits_of(module, self.photos, indices, self.network.weights.preprocessing)

    def _untrained(self) -> Network:
        """Return the same network as if it had never been trained."""
        module = untrained_copy(self.network.module, seed=0)
        return Network(self.network.variant, self.network.weights, module, self.network.device)

    def _features(self, network: Network) -> Map:
        photos = self.photos
        steps = extract(network, photos.photos, digests=photos.digests, store=self._store)
        return run_to_end(steps).vectors

    def _from_scratch(self, learned: Indices, asked: Indices) -> Indices:
        """Train from nothing on some photos, without any to choose on, and answer others."""
        split = Split(learned, learned[:0], asked, self.split.seed)
        planned = self.tuning(Way.SCRATCH, CURVE_EPOCHS)
        _, module = _run(fine_tune(self.probed, self.photos, split, planned))
        predicted: Indices = self._logits(module, asked).argmax(1)
        return predicted

    def _tuned(
        self, planned: TuningPlan, pitfall: TuningPitfall | None
    ) -> tuple[tuple[TuningEpoch, ...], Mask]:
        """Fine-tune to the last epoch, watched on the photos to check with.

        Nothing is chosen, so that watching them spoils nothing, and no good epoch hides a bad end.

        Returns:
            The epochs, and whether the network of the last one is right about each photo to check
            with.
        """
        preprocessing = self.network.weights.preprocessing
        learn, watched = (
            photos_for(self.photos, indices, preprocessing)
            for indices in (self.split.learn, self.split.check)
        )
        tuning = FineTuning(
            starting_point(self.probed, planned),
            preprocessing,
            learn,
            watched,
            planned,
            None if pitfall is None else augmentation_of(pitfall),
        )
        epochs = tuple(_rounded(epoch) for epoch in tuning.run())
        check = self.split.check
        right: Mask = self._logits(tuning.latest, check).argmax(1) == self.photos.classes[check]
        return epochs, right


@cache
def _photos(folder: Path) -> LabelledPhotos:
    return from_folder(folder)


def _run(
    epochs: Generator[TuningEpoch, None, nn.Module],
) -> tuple[list[TuningEpoch], nn.Module]:
    """Train to the end; return the epochs and the network to keep."""
    done = []
    while True:
        try:
            done.append(next(epochs))
        except StopIteration as end:
            return done, end.value


def _rounded(epoch: TuningEpoch) -> TuningEpoch:
    """Round what is written of an epoch."""

    def rounded(score: Score | None) -> Score | None:
        if score is None:
            return None
        loss = None if score.loss is None else round(score.loss, 4)
        return Score(loss, round(score.accuracy, 4))

    return replace(
        epoch,
        learn=rounded(epoch.learn),
        choose=rounded(epoch.choose),
        seconds=round(epoch.seconds, 1),
    )
