"""What the networks of a duel answered in this session, and what each of them costs."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.serving import analysis_log
from explorer.ui.frame import torch_runtime
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.explain.batches import PhotoResult
    from explorer.photos.geometry import Framing
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

MOST_ANSWERS = 1500  # maps of up to 13 kB, and five classes each
_BOUTS = "duel_answers"


@dataclass(frozen=True)
class DuelQuestion:
    """What all networks of a duel are asked.

    Attributes:
        stage: where the maps are taken.
        label: of the class to explain; "" for the best one of the reference.
        signed: keep the evidence against the class, too.
        framing: how a photo becomes the network's input.
    """

    stage: str
    label: str
    signed: bool
    framing: Framing


@dataclass(frozen=True)
class DuelCosts:
    """What a network costs here.

    Attributes:
        milliseconds: of one pass of one photo, the median of a few.
        megabytes: MB (1e6 bytes) of parameters and buffers.
        ends: stage -> the block at its end.
    """

    milliseconds: float
    megabytes: float
    ends: Mapping[str, str]


@dataclass(eq=False)
class Bouts:
    """The answers so far, and the costs; neither keeps a network alive."""

    answers: OrderedDict[tuple[object, ...], PhotoResult] = field(default_factory=OrderedDict)
    costs: dict[NetworkKey, DuelCosts] = field(default_factory=dict)

    def answer(self, photo: Photo, key: NetworkKey, asked: DuelQuestion) -> PhotoResult | None:
        """Return what a network answered, if it was asked."""
        return self.answers.get((photo.id, key, asked))

    def ask(self, photo: Photo, key: NetworkKey, asked: DuelQuestion) -> PhotoResult:
        """Return what a network answers; it is asked once."""
        from explorer.explain.duel import ask

        known = self.answer(photo, key, asked)
        if known is not None:
            return known
        network, image = torch_runtime.pool().get(key), photo.open()
        with compute_turn():
            started = time.perf_counter()
            target = asked.label or None
            made = ask(network, image, asked.stage, target, asked.signed, asked.framing)
            seconds = time.perf_counter() - started
        analysis_log.record(network, "grad-cam", asked.stage, seconds)
        self.answers[photo.id, key, asked] = made
        if len(self.answers) > MOST_ANSWERS:
            self.answers.popitem(last=False)
        return made

    def cost(self, photo: Photo, key: NetworkKey) -> DuelCosts:
        """Return what a network costs, and how it is divided; it is measured once."""
        from explorer.explain.duel import STAGES, block_at, milliseconds

        if key not in self.costs:
            network, image = torch_runtime.pool().get(key), photo.open()
            with compute_turn():
                spent = milliseconds(network, image)
            ends = {stage: block_at(network, stage) for stage in STAGES}
            self.costs[key] = DuelCosts(spent, network.nbytes / 1e6, ends)
        return self.costs[key]


def current() -> Bouts:
    """Return the session's answers."""
    found: Bouts = st.session_state.setdefault(_BOUTS, Bouts())
    return found


def drop(photo_id: str) -> None:
    """Take one photo out of all duels."""
    answers = current().answers
    for key in [key for key in answers if key[0] == photo_id]:
        del answers[key]


def forget() -> None:
    """Drop them, and with them every map of the reader's photos."""
    st.session_state.pop(_BOUTS, None)


def fully(asked: DuelQuestion, reference: PhotoResult) -> DuelQuestion:
    """Fill in the class that all networks explain: the best one of the reference."""
    label = asked.label or reference.target.label
    return DuelQuestion(asked.stage, label, asked.signed, asked.framing)


def rounds(
    photos: Sequence[Photo], keys: Sequence[NetworkKey], asked: DuelQuestion
) -> list[list[Agreement]] | None:
    """Judge every network but the first on every photo; None while an answer is missing."""
    from explorer.explain.duel import agreement

    found = []
    for photo in photos:
        reference = current().answer(photo, keys[0], asked)
        if reference is None:
            return None
        full = fully(asked, reference)
        others = [current().answer(photo, key, full) for key in keys[1:]]
        if any(other is None for other in others):
            return None
        found.append([agreement(reference, other) for other in others if other is not None])
    return found


def missing(
    photos: Sequence[Photo], keys: Sequence[NetworkKey], asked: DuelQuestion
) -> list[Callable[[], object]]:
    """List what is still to be done, so that a page can do it step by step: network by network."""
    bouts = current()

    def step(photo: Photo, key: NetworkKey) -> Callable[[], object]:
        if key == keys[0]:
            return lambda: bouts.ask(photo, key, asked)
        return lambda: bouts.ask(photo, key, fully(asked, bouts.ask(photo, keys[0], asked)))

    return [
        step(photo, key) for key in keys for photo in photos if not _known(photo, key, keys, asked)
    ]


def _known(photo: Photo, key: NetworkKey, keys: Sequence[NetworkKey], asked: DuelQuestion) -> bool:
    reference = current().answer(photo, keys[0], asked)
    if reference is None or key == keys[0]:
        return reference is not None
    return current().answer(photo, key, fully(asked, reference)) is not None
