"""The captions of an explanation: what the map shows, how to read it, where it comes from."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.array_types import Map
from explorer.explain.evidence_in_words import in_words, is_blank, longest_sentence
from explorer.figures.explain.heatmaps import SMOOTHING, Scale
from explorer.photos.geometry import Frame, Framing
from explorer.ui.components.photo_overlay import DescribedMap
from explorer.ui.explain.question import Question
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.frame.steady_text import space_for
from explorer.ui.photos.session_photos import Photo
from explorer.wording import times, unbroken, verbatim

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis
    from explorer.explain.method_catalogue import Method

FLAT = 0.05  # share of the strongest value; smaller differences between cells are invisible


def shown(
    photo: Photo, frame: Frame, heatmap: Map, scale: Scale, question: Question, method: Method
) -> DescribedMap:
    """Return a map with its description, for the overlay."""
    block_phrase = f" of {question.block}" if method.of_block else ""
    return DescribedMap(
        heatmap,
        scale,
        alt=(
            f"{photo.title} with the {method.title} heatmap{block_phrase} for {question.title}. "
            f"{in_words(heatmap, frame, method.quantity)}"
        ),
        supports=question.supports if method.signed else f"matters for {question.title}",
        opposes=question.opposes,
        unit=f"{method.title} values{block_phrase}; zero is transparent.",
        of_block=method.of_block,
    )


def reading(
    heatmap: Map,
    frame: Frame,
    framing: Framing,
    question: Question,
    method: Method,
    untrained: bool = False,
) -> None:
    """Write how to read the map; for a blank one, why there is nothing to see."""
    seen = _seen(heatmap, framing, question, method)
    caption = f"{_colours(question, method)} {seen}"
    space = f"{longest_sentence(method.quantity)}<br><small>{escape(caption)}</small>"
    with space_for(space, "steady_map"):
        if is_blank(heatmap):
            st.info(_why_blank(question, method), icon=":material/visibility_off:")
        elif heatmap.max() - heatmap.min() <= FLAT * np.abs(heatmap).max():
            st.info(_ABOUT_FLAT, icon=":material/horizontal_rule:")
        else:
            words = _UNTRAINED if untrained else in_words(heatmap, frame, method.quantity)
            st.markdown(unbroken(words))
        st.caption(caption, help=with_glossary(method.reading))


_UNTRAINED = "The weights are random: this map says nothing about the class yet."
_ABOUT_FLAT = "The map is flat: every cell counts the same. Choose another block."


def _why_blank(question: Question, method: Method) -> str:
    origin = f"at {question.block}" if method.of_block else f"by {method.title}"
    reason = f"The map is blank: {origin} hardly anything in the photo {question.supports}."
    return f"{reason}{_advice(question, method)}"


def _advice(question: Question, method: Method) -> str:
    if question.signed or not method.signed:
        return ""
    return " Show the evidence against it, or choose another block."


def _colours(question: Question, method: Method) -> str:
    if not method.signed:
        return f"The brighter, the more it matters for {question.title}."
    if question.signed:
        return "The stronger the colour, the more it counts."
    return f"The brighter, the more it {question.supports}."


def _seen(heatmap: Map, framing: Framing, question: Question, method: Method) -> str:
    """Say what the network sees of the photo, and how its cells are drawn."""
    is_crop = framing is Framing.CROP
    seen = "only what is inside the dashed square" if is_crop else "the whole photo"
    sides = times(heatmap.shape)
    if not method.of_block:
        return f"The network sees {seen}, as {sides} pixels."
    return f"The network sees {seen}; {question.block} has {sides} cells, {SMOOTHING}."


def footnote(photo: Photo, analysis: Analysis) -> None:
    """Write the sources of photo and weights, the time of the analysis and its warnings."""
    network = analysis.network
    parts = [
        f"{network.variant.title}, {network.weights.line}",
        f"{1000 * analysis.seconds:.0f} ms on {network.device.type.upper()}",
    ]
    if photo.sample:
        parts.append(f"photo: {photo.sample.source} ({photo.sample.licence})")
    st.caption(unbroken(" · ".join(parts)))
    if network.weights.remarks:
        st.caption(verbatim(" ".join(network.weights.remarks)))
    for note in analysis.notes:
        st.warning(note, icon=":material/memory:")
