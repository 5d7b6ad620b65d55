"""Explain: which parts of a photo a network's prediction depends on."""

from __future__ import annotations

from explorer.ui import demo_mode, network_bar, recorded_explanation, sidebar
from explorer.ui.blocks import lesion_switch, region_test
from explorer.ui.components import copy_link
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.explain import (
    explanation_options,
    export_row,
    latest_explanation,
    map_captions,
    method_picker,
    pinned_picture,
)
from explorer.ui.explain.attribution_methods import MethodRequest
from explorer.ui.explain.block_ladder import chosen_span, ladder
from explorer.ui.explain.prediction import panel, rather_than, target
from explorer.ui.explain.question import Question
from explorer.ui.frame import page_layout
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos

bar = network_bar.held()
head = page_layout.header("Explain", "Which parts of the photo support a class?")
demo_mode.enlarge()

with page_layout.body(recorded_explanation.show):
    copy_link.notice()
    photo, network = session_photos.chosen(), chosen_network.chosen()
    methods = method_picker.place()
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
        answer = pinned_picture.pictures(request)
    bar.draw()  # while the browser draws the picture
    sidebar.sidebar()
    method_picker.row(methods, request, answer)
    with right:
        panel(analysis, question, photo)
        explanation_options.switches()
    with left:
        region_test.row(request, answer)
    cut = lesion_switch.chosen_cut(analysis.network)
    ladder(analysis.network, maps, question, answer.method, cut)
    lesion_switch.under_strip(photo, explanation, explained, block)
    method_picker.side_by_side(request)
    export_row.row(request, answer)
    pinned_picture.take_along(request, answer)
    map_captions.footnote(photo, analysis)

bar.draw()  # even if there is no picture
demo_mode.controls(head)
