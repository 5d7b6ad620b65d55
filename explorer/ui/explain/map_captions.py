"""The captions of an explanation: what the map shows, how to read it, where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.array_types import Map
from explorer.explain.evidence_in_words import in_words, is_blank
from explorer.figures.explain.heatmaps import Scale
from explorer.ui.components.photo_overlay import DescribedMap
from explorer.ui.explain.question import Question
from explorer.ui.photos.session_photos import Photo
from explorer.wording import times, verbatim

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis
    from explorer.explain.method_catalogue import Method

FLAT = 0.05  # share of the strongest value; smaller differences between cells are invisible


def shown(
    photo: Photo, heatmap: Map, scale: Scale, question: Question, method: Method
) -> DescribedMap:
    """Return a map with its description, for the overlay."""
    block_phrase = f" of {question.block}" if method.of_block else ""
    return DescribedMap(
        heatmap,
        scale,
        alt=(
            f"{photo.title} with the {method.title} heatmap{block_phrase} for {question.title}. "
            f"{_where(heatmap, method)}"
        ),
        supports=question.supports if method.signed else f"matters for {question.title}",
        opposes=question.opposes,
        unit=f"{method.title} values{block_phrase}; zero is transparent.",
        of_block=method.of_block,
    )


def reading(heatmap: Map, question: Question, method: Method) -> None:
    """Write how to read the map; for a blank one, why there is nothing to see."""
    if is_blank(heatmap):
        origin = f"at {question.block}" if method.of_block else f"by {method.title}"
        st.info(
            f"The map is blank: {origin} hardly anything in the photo {question.supports}."
            f"{_advice(question, method)}",
            icon=":material/visibility_off:",
        )
    elif heatmap.max() - heatmap.min() <= FLAT * np.abs(heatmap).max():
        st.info(
            "The map is flat: every cell counts the same, so it points nowhere. "
            "Take another block.",
            icon=":material/horizontal_rule:",
        )
    else:
        st.markdown(_where(heatmap, method))
    st.caption(f"{method.reading} {_colours(question, method)} {_grid(heatmap, question, method)}")


def _where(heatmap: Map, method: Method) -> str:
    """Describe where the map is strong; unsigned maps show sensitivity, not evidence."""
    sentence = in_words(heatmap)
    return sentence if method.signed else sentence.replace("positive evidence", "sensitivity")


def _advice(question: Question, method: Method) -> str:
    if question.signed or not method.signed:
        return ""
    return " Switch on the evidence against it, or take another block."


def _colours(question: Question, method: Method) -> str:
    if not method.signed:
        return f"The brighter, the more it matters for {question.title}."
    if question.signed:
        return (
            f"The right half of the colour bar {question.supports}, "
            f"the left half {question.opposes}."
        )
    return f"The brighter, the more it {question.supports}."


def _grid(heatmap: Map, question: Question, method: Method) -> str:
    sentence = "The network sees only the dashed square"
    if method.of_block:
        return f"{sentence}, at {question.block} as {times(heatmap.shape)} cells."
    return f"{sentence}, as {times(heatmap.shape)} pixels."


def footnote(photo: Photo, analysis: Analysis) -> None:
    """Write the sources of photo and weights, the time of the analysis and its warnings."""
    network = analysis.network
    parts = [
        f"{network.variant.title}, {network.weights.line}",
        f"{1000 * analysis.seconds:.0f} ms on {network.device.type.upper()}",
    ]
    if photo.sample:
        parts.append(f"photo: {photo.sample.source} ({photo.sample.licence})")
    st.caption(" · ".join(parts))
    if network.weights.remarks:
        st.caption(verbatim(" ".join(network.weights.remarks)))
    for note in analysis.notes:
        st.warning(note, icon=":material/memory:")
