"""The answers of the networks of a duel in this session, and the costs of each network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.serving import analysis_log
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.networks import chosen_network
from explorer.ui.photos import photo_results

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.explain.batches import PhotoResult
    from explorer.explain.duel import PassTime
    from explorer.photos.geometry import Framing
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

MOST_ANSWERS = 1500  # each a map of up to 13 kB and five classes


@dataclass(frozen=True)
class DuelQuestion:
    """The question put to all networks of a duel.

    Attributes:
        stage: name of the stage at whose end the maps are taken.
        label: label of the class to explain; "" for the best class of the reference.
        signed: whether to keep the evidence against the class, too.
        framing: how a photo becomes the network's input.
    """

    stage: str
    label: str
    signed: bool
    framing: Framing


@dataclass(frozen=True)
class DuelCosts:
    """The costs of a network on this device.

    Attributes:
        time: time of a pass of one photo.
        megabytes: size of the parameters and buffers, in MB (1e6 bytes).
        ends: stage -> name of its last block.
    """

    time: PassTime
    megabytes: float
    ends: Mapping[str, str]


@dataclass(eq=False)
class DuelAnswers:
    """The answers and costs so far; neither keeps a network alive."""

    answers: OrderedDict[tuple[object, ...], PhotoResult] = field(default_factory=OrderedDict)
    costs: dict[NetworkKey, DuelCosts] = field(default_factory=dict)

    def answer(self, photo: Photo, key: NetworkKey, question: DuelQuestion) -> PhotoResult | None:
        """Return a network's answer for a photo; None if it has not been computed."""
        return self.answers.get((photo.id, key, question))

    def ask(self, photo: Photo, key: NetworkKey, question: DuelQuestion) -> PhotoResult:
        """Return a network's answer for a photo, computed once.

        A network that does not know the class in question is asked about its own best one.
        """
        from explorer.explain.duel import ask

        stored = self.answer(photo, key, question)
        if stored is not None:
            return stored
        network, image = chosen_network.network_of(key), photo.open()
        target = question.label if question.label in network.labels else None
        with compute_turn() as turn:
            result = ask(network, image, question.stage, target, question.signed, question.framing)
        analysis_log.record(network, "grad-cam", question.stage, turn.seconds)
        self.answers[photo.id, key, question] = result
        if len(self.answers) > MOST_ANSWERS:
            self.answers.popitem(last=False)
        return result

    def drop(self, photo_id: str) -> None:
        """Remove the answers for one photo."""
        for key in [key for key in self.answers if key[0] == photo_id]:
            del self.answers[key]

    def cost(self, photo: Photo, key: NetworkKey) -> DuelCosts:
        """Return a network's costs and the last block of each stage, measured once."""
        from explorer.explain.duel import STAGES, block_at, pass_time

        if key not in self.costs:
            network, image = chosen_network.network_of(key), photo.open()
            with compute_turn():
                time = pass_time(network, image)
            ends = {stage: block_at(network, stage) for stage in STAGES}
            self.costs[key] = DuelCosts(time, network.nbytes / 1e6, ends)
        return self.costs[key]


_ANSWERS = photo_results.declare("duel_answers", DuelAnswers.drop)


def current() -> DuelAnswers:
    """Return the session's answers and costs."""
    held: DuelAnswers = st.session_state.setdefault(_ANSWERS, DuelAnswers())
    return held


def fully(question: DuelQuestion, reference: PhotoResult) -> DuelQuestion:
    """Fill in the class for all networks: the reference's best one if none is chosen."""
    label = question.label or reference.target.label
    return DuelQuestion(question.stage, label, question.signed, question.framing)


def rounds(
    photos: Sequence[Photo], keys: Sequence[NetworkKey], question: DuelQuestion
) -> list[list[Agreement]] | None:
    """Compare each network with the first on every photo; None while an answer is missing."""
    from explorer.explain.duel import agreement

    agreements = []
    for photo in photos:
        reference = current().answer(photo, keys[0], question)
        if reference is None:
            return None
        full_question = fully(question, reference)
        answers = [current().answer(photo, key, full_question) for key in keys[1:]]
        if any(answer is None for answer in answers):
            return None
        agreements.append(
            [agreement(reference, answer) for answer in answers if answer is not None]
        )
    return agreements


def missing(
    photos: Sequence[Photo], keys: Sequence[NetworkKey], question: DuelQuestion
) -> list[Callable[[], object]]:
    """List the missing answers as steps that a page can run, one network after the other."""
    held = current()

    def step(photo: Photo, key: NetworkKey) -> Callable[[], object]:
        if key == keys[0]:
            return lambda: held.ask(photo, key, question)
        return lambda: held.ask(photo, key, fully(question, held.ask(photo, keys[0], question)))

    return [
        step(photo, key)
        for key in keys
        for photo in photos
        if not _is_answered(photo, key, keys, question)
    ]


def _is_answered(
    photo: Photo, key: NetworkKey, keys: Sequence[NetworkKey], question: DuelQuestion
) -> bool:
    reference = current().answer(photo, keys[0], question)
    if reference is None or key == keys[0]:
        return reference is not None
    return current().answer(photo, key, fully(question, reference)) is not None
