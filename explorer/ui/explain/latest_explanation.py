"""The session's latest analysis, and the maps computed from it.

An analysis keeps its autograd graph alive, so a session has one at a time, and no cache outside
the session holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import streamlit as st

from explorer.array_types import Map
from explorer.serving import analysis_log
from explorer.ui.explain.block_findings import BlockFindings
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results

if TYPE_CHECKING:
    from explorer.blocks.activations import Channels, Overview
    from explorer.explain.analysis import Analysis
    from explorer.photos.geometry import Framing
    from explorer.ui.networks.chosen_network import ChosenNetwork
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

_LATEST = photo_results.declare("latest_explanation")
_MOST_LADDERS = 8
Ladder = Mapping[str, Map]
Contributions = Mapping[str, Map]
Answer = TypeVar("Answer")


@dataclass(eq=False)
class Explanation:
    """The analysis of one photo by one network, with the maps computed so far.

    Attributes:
        key: id of the photo, key of the network, and framing.
        analysis: the analysis of the photo, with its forward pass.
    """

    key: tuple[str, NetworkKey, Framing]
    analysis: Analysis
    _ladders: dict[tuple[int, int | None, bool], Ladder] = field(default_factory=dict)
    _contributions: dict[tuple[int, int | None], Contributions] = field(default_factory=dict)
    _overview: Overview | None = None
    _study: BlockFindings | None = None
    _answers: dict[str, tuple[object, object]] = field(default_factory=dict)

    @property
    def framing(self) -> Framing:
        """How the photo became the network's input."""
        return self.key[2]

    def ladder(self, target: int, signed: bool, rather_than: int | None = None) -> Ladder:
        """Return a class's maps at all blocks; only the first call costs a backward."""
        key = (target, rather_than, signed)
        if key not in self._ladders:
            if len(self._ladders) >= _MOST_LADDERS:
                self._ladders.pop(next(iter(self._ladders)))
            self._ladders[key] = self._compute(target, rather_than, signed)
        return self._ladders[key]

    def _compute(self, target: int, rather_than: int | None, signed: bool) -> Ladder:
        with compute_turn() as turn:
            maps = self.analysis.ladder(target, rather_than, signed)
        self._record("grad-cam", turn.seconds)
        return maps

    def contributions(self, target: int, rather_than: int | None = None) -> Contributions:
        """Return each channel's contribution, by block; only the first call costs a backward."""
        from explorer.blocks.activations import contributions
        from explorer.explain.target_score import Target

        key = (target, rather_than)
        if key not in self._contributions:
            if len(self._contributions) >= _MOST_LADDERS:
                self._contributions.pop(next(iter(self._contributions)))
            with compute_turn() as turn:
                channel_contributions = self.analysis.safely(
                    lambda forward_pass: contributions(forward_pass, Target(target, rather_than))
                )
            self._record("activations", turn.seconds)
            self._contributions[key] = channel_contributions
        return self._contributions[key]

    def _record(self, method: str, seconds: float) -> None:
        """Log a backward; a photo's first one includes the forward pass."""
        is_first = not self._ladders and not self._contributions
        forward_seconds = self.analysis.seconds if is_first else 0.0
        analysis_log.record(self.analysis.network, method, "all", forward_seconds + seconds)

    def overview(self) -> Overview:
        """Return the mean activation of every block, computed once."""
        from explorer.blocks.activations import overview

        if self._overview is None:
            with compute_turn():
                self._overview = self.analysis.safely(overview)
        return self._overview

    @property
    def study(self) -> BlockFindings:
        """The findings about the blocks; they live as long as the analysis."""
        self._study = self._study or BlockFindings(self.analysis)
        return self._study

    def channels(self, block: str) -> Channels:
        """Describe the channels of a block; not stored, because the forward pass has the maps."""
        from explorer.blocks.activations import channels

        with compute_turn():
            return self.analysis.safely(lambda forward_pass: channels(forward_pass, block))

    def once(self, kind: str, question: object, compute: Callable[[], Answer]) -> Answer:
        """Compute an answer for this photo, unless the last question of this kind was the same.

        Args:
            kind: name of the kind, also in the log; the last answer of each kind is kept.
            question: everything that the answer depends on.
            compute: function that returns the answer; called when it is its turn to compute.
        """
        stored = self._answers.get(kind)
        if stored is None or stored[0] != question:
            with compute_turn() as turn:
                stored = (question, compute())
            self._answers[kind] = stored
            analysis_log.record(self.analysis.network, kind, "", turn.seconds)
        return cast("Answer", stored[1])


def explain(photo: Photo, chosen: ChosenNetwork, framing: Framing) -> Explanation:
    """Analyse a photo, unless it is the session's latest analysis."""
    from explorer.explain.analysis import analyze

    key = (photo.id, chosen.key, framing)
    # In every run, or the elements below would move and lose the focus.
    wait_message = st.container()
    previous = latest()
    if previous is not None and previous.key == key:
        return previous
    previous = None
    st.session_state.pop(_LATEST, None)  # frees the old graph before the new one is built
    image = photo.open()
    with wait_message, compute_turn():
        explanation = Explanation(key, analyze(chosen.network, image, framing))
    st.session_state[_LATEST] = explanation
    return explanation


def latest() -> Explanation | None:
    """Return the session's latest explanation; hold it no longer than drawing takes."""
    explanation: Explanation | None = st.session_state.get(_LATEST)
    return explanation
