"""A session's findings about the blocks on its latest photo: small, and dropped with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.array_types import Map
from explorer.serving import analysis_log
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from explorer.blocks.lesions import Lesion
    from explorer.blocks.residual_parts import Balance, BlockParts
    from explorer.explain.analysis import Analysis, Prediction

_MOST_OUTCOMES = 16


@dataclass(frozen=True, eq=False)
class LesionOutcome:
    """The answer of a network for the photo, with some blocks switched off.

    Attributes:
        predictions: the most probable classes, best first.
        target: the watched class, with its probability.
        heatmap: Grad-CAM map of the watched class at the last block, shape (h, w).
    """

    predictions: tuple[Prediction, ...]
    target: Prediction
    heatmap: Map


@dataclass(eq=False)
class BlockFindings:
    """The answers so far about one photo in one network.

    Attributes:
        analysis: the analysis of the photo with all blocks on.
        swept: block name -> probabilities of the K classes without that block, shape (K,).
        sweeping: whether the reader has started the sweep over all blocks.
    """

    analysis: Analysis
    swept: dict[str, Map] = field(default_factory=dict)
    sweeping: bool = False
    _balances: Mapping[str, Balance] | None = None
    _outcomes: dict[tuple[Lesion, int], LesionOutcome] = field(default_factory=dict)

    def go_on(self) -> None:
        """Start or continue the sweep."""
        self.sweeping = True

    def stop(self) -> None:
        """Stop the sweep, and keep the blocks done so far."""
        self.sweeping = False

    def parts(self, block: str) -> BlockParts:
        """Split a block into its parts; not stored, because it recomputes only that block."""
        from explorer.blocks.residual_parts import take_apart

        with compute_turn():
            return self.analysis.safely(lambda forward_pass: take_apart(forward_pass, block))

    def balances(self) -> Mapping[str, Balance]:
        """Return how shortcut and branch compare in every block, computed once."""
        from explorer.blocks.residual_parts import balances

        if self._balances is None:
            with compute_turn():
                self._balances = self.analysis.safely(balances)
        return self._balances

    def without(self, lesion: Lesion, target: int) -> LesionOutcome:
        """Return the answer without some blocks, with the probability of a watched class."""
        from explorer.blocks.lesions import analyze_without

        key = (lesion, target)
        if key not in self._outcomes:
            if len(self._outcomes) >= _MOST_OUTCOMES:
                self._outcomes.pop(next(iter(self._outcomes)))
            with compute_turn() as turn:
                lesioned = analyze_without(self.analysis, lesion)
                heatmap = lesioned.heatmap(target=target)
            blocks = ",".join(lesion.blocks)
            analysis_log.record(self.analysis.network, "lesion", blocks, turn.seconds)
            self._outcomes[key] = LesionOutcome(
                lesioned.predictions, lesioned.prediction(target), heatmap
            )
        return self._outcomes[key]
