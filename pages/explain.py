"""Explain: what the network looks at in a photo."""

from __future__ import annotations

from explorer.ui import (
    downloads,
    explanations,
    frame,
    layout,
    links,
    methods,
    networks,
    options,
    photos,
    words,
)
from explorer.ui.ladder import chosen_span, ladder
from explorer.ui.methods import Asked
from explorer.ui.prediction import panel, rather_than, target
from explorer.ui.question import Question
from explorer.ui.strip import chosen_block

layout.header("Explain", "Which parts of the photo speak for a class?")

with layout.body():
    links.notice()
    photo, network = photos.chosen(), networks.chosen()
    left, right = layout.columns()
    signed, framing = options.signed(), options.framing()

    with layout.computing():
        explanation = explanations.explain(photo, network, framing)
        analysis = explanation.analysis
        explained, block = target(analysis), chosen_block(analysis.network.blocks)
        question = Question(explained, rather_than(analysis, explained), block, signed)
        maps = explanation.ladder(explained.index, signed, question.other)
    span = chosen_span()
    asked = Asked(photo, explanation, question, maps, span)

    with left:
        shown = methods.show(asked)
    frame.sidebar()  # while the browser draws the picture
    with right:
        panel(analysis, question, photo)
        options.switches()
    ladder(analysis.network, maps, block, signed)
    methods.picker(asked)
    methods.side_by_side(asked)
    downloads.row(asked, shown)
    words.footnote(photo, analysis)
