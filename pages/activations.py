"""Activations: what every block computes on a photo, channel by channel."""

from __future__ import annotations

from explorer.ui import activations, explanations, layout, links, networks, options, photos, words
from explorer.ui.prediction import rather_than, target
from explorer.ui.question import Question
from explorer.ui.strip import chosen_block

layout.header("Activations", "What does each block compute on this photo?")

with layout.body():
    links.notice()
    with layout.computing():
        photo, network = photos.chosen(), networks.chosen()
        explanation = explanations.explain(photo, network, options.framing())
        analysis = explanation.analysis
        explained, block = target(analysis), chosen_block(analysis.network.blocks)
        question = Question(explained, rather_than(analysis, explained), block, signed=False)
        seen = activations.look(explanation, question)

    activations.filmstrip(analysis, seen)
    activations.controls(analysis, seen)
    left, right = layout.columns()
    with left:
        activations.channel_sheet(seen)
    with right:
        activations.large(photo, analysis, seen)
    words.footnote(photo, analysis)
