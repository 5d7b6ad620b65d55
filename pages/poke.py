"""Poke: the answer when a part of the photo is hidden, and the receptive field of one cell."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.blocks import block_exports, receptive_field, region_occlusion
from explorer.ui.components import copy_link
from explorer.ui.explain import explanation_options, latest_explanation, map_captions
from explorer.ui.frame import page_layout
from explorer.ui.networks import chosen_network
from explorer.ui.photos import session_photos

network_bar.bar()
page_layout.header("Poke", "What does the network answer when a part of the photo is hidden?")

with page_layout.body():
    copy_link.notice()
    photo, network = session_photos.chosen(), chosen_network.chosen()
    left, right = page_layout.columns()
    with right, page_layout.computing():
        explanation = latest_explanation.explain(photo, network, explanation_options.framing())
        explanation.analysis.network.check_classes()
        occlusion = region_occlusion.poked(explanation)
    with left:
        region_occlusion.figure(photo, explanation, occlusion)
    with right:
        region_occlusion.answer(explanation, occlusion)

    block_exports.of_occlusion(photo, explanation, occlusion)
    receptive_field.section(photo, explanation)
    map_captions.footnote(photo, explanation.analysis)
