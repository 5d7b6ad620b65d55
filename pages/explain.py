"""Explain: what the network looks at in a photo."""

from __future__ import annotations

import streamlit as st

from explorer.ui import downloads, explanations, layout, links, networks, options, photos, words
from explorer.ui.ladder import chosen_block, ladder
from explorer.ui.overlay import overlay
from explorer.ui.prediction import panel, target

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
    maps = explanation.ladder(explained.index, signed)

    with left:
        alt = words.alternative(photo, maps[block], explained, block)
        overlay(photo, maps[block], analysis.frame, signed, alt)
        words.reading(maps[block], explained, block, signed)
    with answer:
        panel(analysis, explained, photo)
    ladder(maps, block, signed)
    downloads.row(photo, analysis, explained, block, maps, signed, framing)
    words.footnote(photo, analysis)
