"""The figures of the lessons by name; each draws itself, and returns what it found out."""

from __future__ import annotations

from collections.abc import Callable

from explorer.ui import (
    anatomy,
    block_formulas,
    degradation,
    depth_costs,
    explanations,
    family,
    flow,
    lesions,
    networks,
    options,
    pairs,
    photos,
    stage_costs,
    sweeping,
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


def _balances() -> Found:
    """Draw how strong shortcut and branch are; tell which block is closest to the identity."""
    explanation = _explanation()
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    anatomy.all_blocks(study, block)
    balances = study.balances()
    return {"closest": min(balances, key=lambda name: balances[name].ratio)}


def _lesion() -> Found:
    """Draw the lesion switch, and the prediction before and after."""
    explanation = _explanation()
    network = explanation.analysis.network
    block = chosen_block(network.blocks[1:])
    cut = lesions.chosen_cut(network)
    anatomy.choose_block(network, block, cut)
    lesions.switches(network, block, cut)
    explained = explanation.analysis.predictions[0]
    lesions.before_and_after(photos.chosen(), explanation, explained, cut)
    return {}


def _sweep() -> Found:
    """Draw what each block matters for the predicted class; tell which one matters most."""
    explanation = _explanation()
    study, explained = explanation.study, explanation.analysis.predictions[0]
    blocks = explanation.analysis.network.blocks[1:]
    if not study.swept:
        study.go_on()  # the text asks about it, so nobody needs to ask for it first
    sweeping.sweep_chart(study, explained, chosen_block(blocks))
    if len(study.swept) < len(blocks):
        return {}
    return {"worst": min(blocks, key=lambda name: study.swept[name][explained.index])}


def _twins() -> Found:
    """Skip a block in both twins, which were trained alike with shortcuts and without."""
    network = networks.chosen().network
    block = chosen_block(network.blocks[1:])
    pairs.section(network, photos.chosen(), options.framing(), block)
    return {"shown": block}


def _explanation() -> Explanation:
    return explanations.explain(photos.chosen(), networks.chosen(), options.framing())


FIGURES: dict[str, Callable[[], Found]] = {
    "parts": _parts,
    "formulas": block_formulas.figure,
    "stage-costs": stage_costs.figure,
    "gradient-flow": flow.figure,
    "balances": _balances,
    "lesion": _lesion,
    "sweep": _sweep,
    "twins": _twins,
    "learning": degradation.recorded,
    "live-twins": degradation.live,
    "trade-off": depth_costs.trade_off,
    "advisor": depth_costs.advisor,
    "own-depths": depth_costs.own_depths,
    "family": family.drawings,
    "family-sizes": family.sizes,
}
