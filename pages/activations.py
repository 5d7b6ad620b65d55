"""Activations: what every block computes on a photo, channel by channel."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.blocks import activations, block_exports, exciting_photos
from explorer.ui.components import copy_link
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.explain import explanation_options, latest_explanation, map_captions
from explorer.ui.explain.prediction import rather_than, target_if_any
from explorer.ui.explain.question import Question
from explorer.ui.frame import page_layout
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos

network_bar.bar()
page_layout.header("Activations", "What does each block compute on this photo?")

with page_layout.body():
    copy_link.notice()
    with page_layout.computing():
        photo, network = session_photos.chosen(), chosen_network.chosen()
        explanation = latest_explanation.explain(photo, network, explanation_options.framing())
        analysis = explanation.analysis
        explained, block = target_if_any(analysis), chosen_block(analysis.network.blocks)
        question = None
        if explained is not None:
            question = Question(explained, rather_than(analysis, explained), block, signed=False)
        view = activations.look(explanation, block, question)

    activations.filmstrip(analysis, view)
    activations.controls(analysis, view)
    left, right = page_layout.columns()
    with left:
        activations.channel_sheet(view)
    with right:
        activations.large(photo, analysis, view)
    block_exports.of_channel(photo, explanation, view)
    map_captions.footnote(photo, analysis)
    with right:  # drawn last: looking through the photos holds up nothing
        exciting_photos.section(analysis, view.block, view.chosen)
