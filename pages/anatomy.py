"""Anatomy: what a residual block adds to its input, and what happens without it."""

from __future__ import annotations

from explorer.ui import (
    anatomy,
    explanations,
    layout,
    lesions,
    links,
    networks,
    options,
    pairs,
    photos,
    sweeping,
    words,
)
from explorer.ui.prediction import target
from explorer.ui.strip import chosen_block

layout.header("Anatomy", "What does a residual block add, and what happens without it?")

with layout.body():
    links.notice()
    photo, network = photos.chosen(), networks.chosen()
    explanation = explanations.explain(photo, network, options.framing())
    analysis, study = explanation.analysis, explanation.study
    block = chosen_block(analysis.network.blocks[1:])
    explained, cut = target(analysis), lesions.chosen_cut(analysis.network)

    anatomy.choose_block(analysis.network, block, cut)
    anatomy.equation(photo, analysis, study, block)
    anatomy.all_blocks(study, block)
    lesions.switches(analysis.network, block, cut)
    lesions.before_and_after(photo, explanation, explained, cut)
    swept = sweeping.reserve()
    pairs.section(analysis.network, photo, explanation.framing, block)
    words.footnote(photo, analysis)
    sweeping.sweep_chart(study, explained, block, swept)
