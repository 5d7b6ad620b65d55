"""Explain: what the network looks at in a photo."""

from __future__ import annotations

import streamlit as st

from explorer.figures.heatmaps import Scale
from explorer.ui import downloads, explanations, layout, links, networks, options, photos, words
from explorer.ui.ladder import chosen_block, chosen_span, ladder, limits
from explorer.ui.overlay import overlay
from explorer.ui.prediction import panel, rather_than, target
from explorer.ui.question import Question

layout.header("Explain", "Which parts of the photo speak for a class?")

with layout.body():
    links.notice()
    photo, network = photos.chosen(), networks.chosen()
    left, right = layout.columns()
    with right:
        answer, switches = st.container(), st.container()
    with switches:
        signed, framing = options.signed(), options.framing()

    explanation = explanations.explain(photo, network, framing)
    analysis = explanation.analysis
    explained, block = target(analysis), chosen_block(analysis.network.blocks)
    question = Question(explained, rather_than(analysis, explained), block, signed)
    maps = explanation.ladder(explained.index, signed, question.other)
    span = chosen_span()

    with left:
        from explorer.attribution import METHODS

        method, scale = METHODS["grad-cam"], Scale.up_to(limits(maps, span, signed)[block], signed)
        overlay(photo, analysis.frame, words.shown(photo, maps[block], scale, question, method))
        words.reading(maps[block], question, method)
    with answer:
        panel(analysis, question, photo)
    ladder(maps, block, signed)
    downloads.row(photo, analysis, question, maps, framing, span)
    words.footnote(photo, analysis)
