"""What a session has found out about the blocks of its latest photo: small, and gone with it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.serving import analysis_log
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from explorer.blocks.lesions import Lesion
    from explorer.blocks.residual_parts import Balance, BlockParts
    from explorer.explain.analysis import Analysis, Prediction

LATEST_PAIR = "latest_pair"  # what two twins make of a photo; see `explorer.ui.blocks.twin_lesions`
_MOST_OUTCOMES = 16
Map = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LesionOutcome:
    """What a network makes of the photo without some blocks.

    Attributes:
        predictions: the most probable classes, best first.
        target: the class that is watched.
        heatmap: Grad-CAM of that class at the last block, shape (h, w).
    """

    predictions: tuple[Prediction, ...]
    target: Prediction
    heatmap: Map


@dataclass(eq=False)
class BlockFindings:
    """The answers so far about one photo in one network.

    Attributes:
        analysis: the pass of the photo.
        swept: block -> the probabilities of all classes without it, shape (K,).
        sweeping: the reader wants all blocks of it.
    """

    analysis: Analysis
    swept: dict[str, Map] = field(default_factory=dict)
    sweeping: bool = False
    _balances: Mapping[str, Balance] | None = None
    _outcomes: dict[tuple[Lesion, int], LesionOutcome] = field(default_factory=dict)

    def go_on(self) -> None:
        """Sweep on."""
        self.sweeping = True

    def stop(self) -> None:
        """Keep what is swept and compute no more."""
        self.sweeping = False

    def parts(self, block: str) -> BlockParts:
        """Take a block apart; nothing of it is kept, for it costs only that block's computing."""
        from explorer.blocks.residual_parts import take_apart

        with compute_turn():
            return self.analysis.safely(lambda forward_pass: take_apart(forward_pass, block))

    def balances(self) -> Mapping[str, Balance]:
        """Return how shortcut and branch compare in every block; it is computed once."""
        from explorer.blocks.residual_parts import balances

        if self._balances is None:
            with compute_turn():
                self._balances = self.analysis.safely(balances)
        return self._balances

    def without(self, lesion: Lesion, target: int) -> LesionOutcome:
        """Switch some blocks off, and watch a class."""
        from explorer.blocks.lesions import analyze_without

        key = (lesion, target)
        if key not in self._outcomes:
            if len(self._outcomes) >= _MOST_OUTCOMES:
                self._outcomes.pop(next(iter(self._outcomes)))
            with compute_turn():
                started = time.perf_counter()
                found = analyze_without(self.analysis, lesion)
                heatmap = found.heatmap(target=target)
                seconds = time.perf_counter() - started
            analysis_log.record(self.analysis.network, "lesion", ",".join(lesion.blocks), seconds)
            self._outcomes[key] = LesionOutcome(
                found.predictions, found.prediction(target), heatmap
            )
        return self._outcomes[key]
