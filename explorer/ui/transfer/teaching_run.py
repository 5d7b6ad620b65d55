"""What a session has learned from one set of photos with one network, and how good each way is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.array_types import Map
from explorer.errors import DataError
from explorer.features.feature_store import FeatureStore
from explorer.transfer.recorded.results import Way
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.transfer.checking import Check
    from explorer.transfer.intervals import Difference
    from explorer.transfer.labelled_photos import LabelledPhotos
    from explorer.transfer.splits import Plan
    from explorer.transfer.taught_network import Taught
    from explorer.transfer.teaching import TeachingStep
    from explorer.ui.networks.chosen_network import ChosenNetwork
    from explorer.weights.pool import NetworkKey

QUICK = (Way.NEAREST_MEAN, Way.PROBE, Way.UNTRAINED)  # what takes seconds, and is learned at once
MOST_RUNS = 6  # of a session: five depths, and one more network
_STORE_LIMIT = 64_000_000  # bytes of features of a session: 2,000 photos at 2,048 take 16 MB
_RUNS = photo_results.declare("teaching_runs", photo_results.of_other_photos)
_FEATURES = photo_results.declare("teaching_features", photo_results.of_other_photos)
_OPENED = photo_results.declare("check_opened", photo_results.of_other_photos)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one way to learn brought.

    Attributes:
        way: the way.
        check: how good it is on the photos to check with.
        seconds: wall time of learning and checking, in seconds, without that of the features.
        taught: network that came out; None for ways that are only compared with.
        vectors: features that a head was fitted on, shape (N, C); None if more was trained.
        before: network with the probe's head that a training started from; None without one.
    """

    way: Way
    check: Check
    seconds: float
    taught: Taught | None = None
    vectors: Map | None = None
    before: Network | None = None


@dataclass(eq=False)
class TeachingRun:
    """One set of photos and one network, with all that was learned in this session.

    Attributes:
        photos: the photos.
        chosen: network to start from, with its key.
        plan: which photos are for what.
        is_example: whether the photos are those that come with the app.
        outcomes: what each way brought so far; add with `add`.
        stopped: whether the reader stopped the quick ways.
    """

    photos: LabelledPhotos
    chosen: ChosenNetwork
    plan: Plan
    is_example: bool
    outcomes: dict[Way, Outcome] = field(default_factory=dict)
    stopped: bool = False

    def add(self, outcome: Outcome) -> None:
        """Add what a way brought, and count that the photos to check with were looked at."""
        self.outcomes[outcome.way] = outcome
        opened: dict[bool, int] = st.session_state.setdefault(_OPENED, {})
        opened[self.is_example] = opened.get(self.is_example, 0) + 1

    @property
    def is_quick_done(self) -> bool:
        """Whether all ways are done that take seconds."""
        return all(way in self.outcomes for way in QUICK)

    @property
    def taught(self) -> list[Outcome]:
        """The outcomes that are networks, in the order in which they came."""
        return [outcome for outcome in self.outcomes.values() if outcome.taught is not None]

    @property
    def store(self) -> FeatureStore:
        """The features of these photos: of the session, or shared if they come with the app."""
        return _shared_store() if self.is_example else _own_store()

    def over_probe(self, way: Way) -> Difference | None:
        """Return how much more accurate a way is than the probe; None without either."""
        from explorer.transfer.checking import difference

        outcome, probe = self.outcomes.get(way), self.outcomes.get(Way.PROBE)
        if outcome is None or probe is None or outcome is probe:
            return None
        return difference(outcome.check, probe.check, self.photos.classes)

    def stop(self) -> None:
        """Stop the quick ways; what is done is kept."""
        self.stopped = True

    def go_on(self) -> None:
        """Go on after a stop."""
        self.stopped = False

    def learn(self, way: Way) -> Generator[TeachingStep, None, None]:
        """Learn in a way that takes seconds, with a turn to compute for each step.

        Between the steps it can be ended; features that are computed then are kept.

        Raises:
            DataError: if there is no photo to check with.
            RequestError: if the network is no ResNet.
        """
        steps = _QUICK_STEPS[way](self)
        while True:
            with compute_turn():
                try:
                    step = next(steps)
                except StopIteration as end:
                    self.add(end.value)
                    return
            yield step


def photos_key(photos: LabelledPhotos) -> str:
    """Return what tells photos with their classes from others."""
    digest = hashlib.blake2b(repr((photos.labels, photos.digests, photos.parts)).encode())
    digest.update(photos.classes.tobytes())
    return digest.hexdigest()


def run_of(photos: LabelledPhotos, chosen: ChosenNetwork, is_example: bool) -> TeachingRun:
    """Return the session's run of these photos with this network; a new one has no outcome yet.

    Runs of the reader's photos as they were before a change are dropped.
    """
    from explorer.transfer.splits import plan

    runs, key = _runs(), (photos_key(photos), chosen.key)
    if key not in runs:
        for old in [old for old, run in runs.items() if _is_past(run, old[0], key[0], is_example)]:
            del runs[old]
        while len(runs) >= MOST_RUNS:
            del runs[next(iter(runs))]
        runs[key] = TeachingRun(photos, chosen, plan(photos), is_example)
    return runs[key]


def find_run(photos: LabelledPhotos, key: NetworkKey) -> TeachingRun | None:
    """Return the session's run of these photos with a network; None if there is none."""
    return _runs().get((photos_key(photos), key))


def runs_of(photos: LabelledPhotos) -> list[TeachingRun]:
    """Return all runs of these photos in this session, in the order in which they came."""
    wanted = photos_key(photos)
    return [run for (own, _), run in _runs().items() if own == wanted]


def check_opened(is_example: bool) -> int:
    """Return how often this session has looked at the photos to check with.

    For the reader's own photos it counts on when some are added or removed.
    """
    opened: dict[bool, int] = st.session_state.get(_OPENED, {})
    return opened.get(is_example, 0)


def _is_past(run: TeachingRun, own: str, wanted: str, is_example: bool) -> bool:
    return not is_example and not run.is_example and own != wanted


def _runs() -> dict[tuple[str, NetworkKey], TeachingRun]:
    runs: dict[tuple[str, NetworkKey], TeachingRun] = st.session_state.setdefault(_RUNS, {})
    return runs


@st.cache_resource(show_spinner=False)
def _shared_store() -> FeatureStore:
    return FeatureStore(limit=_STORE_LIMIT)


def _own_store() -> FeatureStore:
    store: FeatureStore = st.session_state.setdefault(_FEATURES, FeatureStore(limit=_STORE_LIMIT))
    return store


def _nearest_mean(run: TeachingRun) -> Generator[TeachingStep, None, Outcome]:
    from explorer.transfer.checking import check_head
    from explorer.transfer.linear_heads import nearest_mean
    from explorer.transfer.teaching import features

    vectors = yield from features(run.chosen.network, run.photos, run.store)
    _check_plan(run)
    started, photos = time.perf_counter(), run.photos
    checked = check_head(
        lambda own, learn: nearest_mean(own[learn], photos.classes[learn], len(photos.labels)),
        vectors,
        photos,
        run.plan,
    )
    return Outcome(Way.NEAREST_MEAN, checked, time.perf_counter() - started, vectors=vectors)


def _probe(run: TeachingRun) -> Generator[TeachingStep, None, Outcome]:
    from explorer.transfer.taught_record import How
    from explorer.transfer.teaching import features, teaching

    vectors = yield from features(run.chosen.network, run.photos, run.store)
    started = time.perf_counter()
    taught = yield from teaching(run.chosen.network, run.photos, How.PROBE, run.plan, run.store)
    seconds = time.perf_counter() - started
    return Outcome(Way.PROBE, taught.check, seconds, taught, vectors)


def _untrained(run: TeachingRun) -> Generator[TeachingStep, None, Outcome]:
    from explorer.transfer.checking import check_head
    from explorer.transfer.linear_heads import fit_probe
    from explorer.transfer.teaching import features, untrained

    network, photos = untrained(run.chosen.network), run.photos
    vectors = yield from features(network, photos, run.store)
    _check_plan(run)
    started = time.perf_counter()
    checked = check_head(
        lambda own, learn: fit_probe(
            own[learn], photos.classes[learn], len(photos.labels), groups=photos.groups[learn]
        ),
        vectors,
        photos,
        run.plan,
    )
    return Outcome(Way.UNTRAINED, checked, time.perf_counter() - started, vectors=vectors)


def _check_plan(run: TeachingRun) -> None:
    from explorer.transfer.advice import advice

    if not run.plan.splits:
        raise DataError(advice(run.photos, run.plan)[0])


_QUICK_STEPS: dict[Way, Callable[[TeachingRun], Generator[TeachingStep, None, Outcome]]] = {
    Way.NEAREST_MEAN: _nearest_mean,
    Way.PROBE: _probe,
    Way.UNTRAINED: _untrained,
}
