"""The session's latest analysis, and the maps drawn from it.

An analysis keeps its graph alive, so a session has one at a time, and no cache outside the session
ever sees it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.serving import analysis_log
from explorer.ui.explain.block_findings import LATEST_PAIR, BlockFindings
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from explorer.blocks.activations import Channels, Overview
    from explorer.explain.analysis import Analysis
    from explorer.photos.geometry import Framing
    from explorer.ui.networks.chosen_network import ChosenNetwork
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

_LATEST = "latest_explanation"
RESULTS = "method_results"  # maps that took a while; see `explorer.ui.explain.attribution_methods`
_MOST_LADDERS = 8
Ladder = Mapping[str, NDArray[np.float32]]
Contributions = Mapping[str, NDArray[np.float32]]
Answer = TypeVar("Answer")


@dataclass(eq=False)
class Explanation:
    """One photo in one network, with the maps asked for so far.

    Attributes:
        key: the photo's id, the network and the framing.
        analysis: the pass of the photo.
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
        """Return a class's maps at all blocks: a backward at first, nothing afterwards."""
        key = (target, rather_than, signed)
        if key not in self._ladders:
            if len(self._ladders) >= _MOST_LADDERS:
                self._ladders.pop(next(iter(self._ladders)))
            self._ladders[key] = self._compute(target, rather_than, signed)
        return self._ladders[key]

    def _compute(self, target: int, rather_than: int | None, signed: bool) -> Ladder:
        with compute_turn():
            started = time.perf_counter()
            maps = self.analysis.ladder(target, rather_than, signed)
            seconds = time.perf_counter() - started
        self._record("grad-cam", seconds)
        return maps

    def contributions(self, target: int, rather_than: int | None = None) -> Contributions:
        """Return what each channel of each block contributes: a backward at first, then nothing."""
        from explorer.blocks.activations import contributions
        from explorer.explain.forward_pass import Target

        key = (target, rather_than)
        if key not in self._contributions:
            if len(self._contributions) >= _MOST_LADDERS:
                self._contributions.pop(next(iter(self._contributions)))
            with compute_turn():
                started = time.perf_counter()
                found = self.analysis.safely(
                    lambda forward_pass: contributions(forward_pass, Target(target, rather_than))
                )
                seconds = time.perf_counter() - started
            self._record("activations", seconds)
            self._contributions[key] = found
        return self._contributions[key]

    def _record(self, method: str, seconds: float) -> None:
        """Log a backward; the first one of a photo with the pass that it needed."""
        is_first = not self._ladders and not self._contributions
        first = self.analysis.seconds if is_first else 0.0
        analysis_log.record(self.analysis.network, method, "all", first + seconds)

    def overview(self) -> Overview:
        """Return the mean activation of every block; it is computed once."""
        from explorer.blocks.activations import overview

        if self._overview is None:
            with compute_turn():
                self._overview = self.analysis.safely(overview)
        return self._overview

    @property
    def study(self) -> BlockFindings:
        """What is found out about the blocks; it lives as long as the analysis."""
        self._study = self._study or BlockFindings(self.analysis)
        return self._study

    def channels(self, block: str) -> Channels:
        """Describe the channels of a block; nothing of it is kept, for the pass has the maps."""
        from explorer.blocks.activations import channels

        with compute_turn():
            return self.analysis.safely(lambda forward_pass: channels(forward_pass, block))

    def once(self, kind: str, question: object, compute: Callable[[], Answer]) -> Answer:
        """Compute an answer of this photo, unless it is what was asked last of this kind.

        Args:
            kind: what is kept beside what; also the name in the log.
            question: all that the answer depends on.
            compute: how; it gets a turn at the processor.
        """
        known = self._answers.get(kind)
        if known is None or known[0] != question:
            with compute_turn():
                started = time.perf_counter()
                known = (question, compute())
                seconds = time.perf_counter() - started
            self._answers[kind] = known
            analysis_log.record(self.analysis.network, kind, "", seconds)
        return cast("Answer", known[1])


def explain(photo: Photo, chosen: ChosenNetwork, framing: Framing) -> Explanation:
    """Analyse a photo, unless that is what this session did last."""
    from explorer.explain.analysis import analyze

    key = (photo.id, chosen.key, framing)
    waiting = st.container()  # in every run, or what follows would move and lose the focus
    found = latest()
    if found is not None and found.key == key:
        return found
    found = None
    st.session_state.pop(_LATEST, None)  # frees the old graph before the new one is made
    image = photo.open()
    with waiting, compute_turn():
        made = Explanation(key, analyze(chosen.network, image, framing))
    st.session_state[_LATEST] = made
    return made


def latest() -> Explanation | None:
    """Return the session's latest explanation; keep it no longer than it takes to draw it."""
    found: Explanation | None = st.session_state.get(_LATEST)
    return found


def forget() -> None:
    """Drop the latest analysis, the maps of methods, and what twins make of a photo.

    Sheets, duels and gradients are kept elsewhere; `explorer.ui.photo_tray.forget` drops them, too.
    """
    for name in (_LATEST, RESULTS, LATEST_PAIR):
        st.session_state.pop(name, None)
