"""The figures of the lessons by name: functions that draw a figure and return its findings."""

from __future__ import annotations

from collections.abc import Callable

from explorer.ui.blocks import (
    cost_formulas,
    lesion_sweep,
    lesion_switch,
    residual_parts,
    stage_costs,
    twin_lesions,
)
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.costs import depth_costs
from explorer.ui.explain import explanation_options, latest_explanation
from explorer.ui.explain.latest_explanation import Explanation
from explorer.ui.lessons import family_tree, few_photos
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos
from explorer.ui.training import degradation, gradient_flow

Findings = dict[str, str]


def _parts() -> Findings:
    """Draw x + F(x) of the chosen block on the reader's photo."""
    explanation = _explanation()
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    residual_parts.choose_block(analysis.network, block, ())
    residual_parts.equation(session_photos.chosen(), analysis, study, block)
    return {"shown": block}


def _balances() -> Findings:
    """Draw the strengths of shortcut and branch; return the block closest to the identity."""
    explanation = _explanation()
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    residual_parts.all_blocks(study, block)
    balances = study.balances()
    return {"closest": min(balances, key=lambda name: balances[name].ratio)}


def _lesion() -> Findings:
    """Draw the lesion switch, and the prediction before and after the lesion."""
    explanation = _explanation()
    network = explanation.analysis.network
    block = chosen_block(network.blocks[1:])
    cut = lesion_switch.chosen_cut(network)
    residual_parts.choose_block(network, block, cut)
    lesion_switch.switches(network, block, cut)
    explained = explanation.analysis.predicted
    lesion_switch.before_and_after(session_photos.chosen(), explanation, explained, cut)
    return {}


def _sweep() -> Findings:
    """Draw how much each block matters for the predicted class; return the most important one."""
    explanation = _explanation()
    study, explained = explanation.study, explanation.analysis.predicted
    blocks = explanation.analysis.network.blocks[1:]
    if not study.swept:
        study.go_on()  # the card asks about the sweep, so it starts by itself
    lesion_sweep.sweep_chart(study, explained, chosen_block(blocks))
    if len(study.swept) < len(blocks):
        return {}
    return {"worst": min(blocks, key=lambda name: study.swept[name][explained.index])}


def _twins() -> Findings:
    """Draw the lesion of one block in both twins, trained alike with and without shortcuts."""
    network = chosen_network.chosen().network
    block = chosen_block(network.blocks[1:])
    twin_lesions.section(network, session_photos.chosen(), explanation_options.framing(), block)
    return {"shown": block}


def _explanation() -> Explanation:
    return latest_explanation.explain(
        session_photos.chosen(), chosen_network.chosen(), explanation_options.framing()
    )


FIGURES: dict[str, Callable[[], Findings]] = {
    "parts": _parts,
    "formulas": cost_formulas.figure,
    "stage-costs": stage_costs.figure,
    "gradient-flow": gradient_flow.figure,
    "balances": _balances,
    "lesion": _lesion,
    "sweep": _sweep,
    "twins": _twins,
    "learning": degradation.recorded,
    "live-twins": degradation.live,
    "trade-off": depth_costs.trade_off,
    "advisor": depth_costs.advisor,
    "own-depths": depth_costs.own_depths,
    "family": family_tree.drawings,
    "family-sizes": family_tree.sizes,
    "ways-to-teach": few_photos.ways_to_teach,
    "photos-to-learn": few_photos.photos_to_learn,
    "augmentation": few_photos.augmentation,
    "depths-to-teach": few_photos.depths_to_teach,
}

# Those that depend on the network that the reader chose, or ask the reader to choose one.
OF_CHOSEN_NETWORK = frozenset(
    (
        "parts",
        "stage-costs",
        "balances",
        "lesion",
        "sweep",
        "twins",
        "own-depths",
        "depths-to-teach",
    )
)
