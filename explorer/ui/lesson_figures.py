"""The figures of the lessons by name; each draws itself, and returns what it found out."""

from __future__ import annotations

from collections.abc import Callable

from explorer.ui import (
    anatomy,
    block_formulas,
    explanations,
    flow,
    networks,
    options,
    photos,
    stage_costs,
)
from explorer.ui.explanations import Explanation
from explorer.ui.strip import chosen_block

Found = dict[str, str]


def _parts() -> Found:
    """Draw x + F(x) of the chosen block, on the reader's photo."""
    explanation = _explanation()
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    anatomy.choose_block(analysis.network, block, ())
    anatomy.equation(photos.chosen(), analysis, study, block)
    return {"shown": block}


def _explanation() -> Explanation:
    return explanations.explain(photos.chosen(), networks.chosen(), options.framing())


FIGURES: dict[str, Callable[[], Found]] = {
    "parts": _parts,
    "formulas": block_formulas.figure,
    "stage-costs": stage_costs.figure,
    "gradient-flow": flow.figure,
}
