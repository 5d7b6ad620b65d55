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
    explanation = explanations.explain(photo, network, options.framing())

    poking.section(photo, explanation)
    fields.section(photo, explanation)
    words.footnote(photo, explanation.analysis)
