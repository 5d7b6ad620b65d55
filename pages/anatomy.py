"""Anatomy: what a residual block adds to its input, and the prediction without it."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.blocks import (
    block_exports,
    lesion_sweep,
    lesion_switch,
    residual_parts,
    twin_lesions,
)
from explorer.ui.components import copy_link
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.explain import (
    explanation_options,
    latest_explanation,
    map_captions,
    shown_settings,
)
from explorer.ui.explain.prediction import target_if_any
from explorer.ui.frame import page_layout
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos

network_bar.bar()
page_layout.header("Anatomy", "What does a residual block add, and what happens without it?")

with page_layout.body():
    copy_link.notice()
    photo, network = session_photos.chosen(), chosen_network.chosen()
    explanation = latest_explanation.explain(photo, network, explanation_options.framing())
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    explained, cut = target_if_any(analysis), lesion_switch.chosen_cut(analysis.network)

    residual_parts.choose_block(analysis.network, block, cut)
    if explained is not None:
        shown_settings.share()
        lesion_switch.switches(analysis.network, block, cut)
        lesion_switch.before_and_after(photo, explanation, explained, cut)
        block_exports.of_lesion(photo, explanation, explained, cut)
    equation = residual_parts.equation(photo, analysis, study, block)
    block_exports.of_equation(photo, explanation, equation)
    residual_parts.all_blocks(study, block)
    if explained is None:
        map_captions.footnote(photo, analysis)
    else:
        sweep_container = lesion_sweep.reserve()
        twin_lesions.section(analysis.network, photo, explanation.framing, block)
        map_captions.footnote(photo, analysis)
        lesion_sweep.sweep_chart(study, explained, block, sweep_container)
