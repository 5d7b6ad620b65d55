"""Poke: what happens when a part of the photo is hidden, and what one cell of a block sees."""

from __future__ import annotations

from explorer.ui import (
    explanations,
    fields,
    layout,
    links,
    networks,
    options,
    photos,
    poking,
    words,
)

layout.header("Poke", "What does the network answer when a part of the photo is hidden?")

with layout.body():
    links.notice()
    photo, network = photos.chosen(), networks.chosen()
    left, right = layout.columns()
    with right, layout.computing():
        explanation = explanations.explain(photo, network, options.framing())
        poke = poking.poked(explanation)
    with left:
        poking.figure(photo, explanation, poke)
    with right:
        poking.answer(explanation, poke)

    fields.section(photo, explanation)
    words.footnote(photo, explanation.analysis)
