"""Explain: which parts of a photo a network's prediction depends on."""

from __future__ import annotations

from explorer.ui import network_bar, recorded_explanation, sidebar
from explorer.ui.components import copy_link
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.explain import (
    attribution_methods,
    explanation_options,
    export_row,
    latest_explanation,
    map_captions,
)
from explorer.ui.explain.attribution_methods import MethodRequest
from explorer.ui.explain.block_ladder import chosen_span, ladder
from explorer.ui.explain.prediction import panel, rather_than, target
from explorer.ui.explain.question import Question
from explorer.ui.frame import page_layout
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos

bar = network_bar.held()
page_layout.header("Explain", "Which parts of the photo support a class?")

with page_layout.body(recorded_explanation.show):
    copy_link.notice()
    photo, network = session_photos.chosen(), chosen_network.chosen()
    left, right = page_layout.columns()
    signed, framing = explanation_options.signed(), explanation_options.framing()

    with page_layout.computing():
        explanation = latest_explanation.explain(photo, network, framing)
        analysis = explanation.analysis
        explained, block = target(analysis), chosen_block(analysis.network.blocks)
        question = Question(explained, rather_than(analysis, explained), block, signed)
        maps = explanation.ladder(explained.index, signed, question.other)
    span = chosen_span()
    request = MethodRequest(photo, explanation, question, maps, span)

    with left:
        answer = attribution_methods.show(request)
    bar.draw()  # while the browser draws the picture
    sidebar.sidebar()
    with right:
        panel(analysis, question, photo)
        explanation_options.switches()
    ladder(analysis.network, maps, block, signed)
    attribution_methods.picker(request)
    attribution_methods.side_by_side(request)
    export_row.row(request, answer)
    map_captions.footnote(photo, analysis)

bar.draw()  # even if there is no picture
