"""The sentences around an explanation: what the map shows, how to read it, where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.evidence import in_words, is_blank
from explorer.ui.photos import Photo
from explorer.ui.prediction import spoken

if TYPE_CHECKING:
    from explorer.analysis import Analysis, Prediction

Map = NDArray[np.float32]


def alternative(photo: Photo, heatmap: Map, explained: Prediction, block: str) -> str:
    """Say what the picture shows, for those who do not see it."""
    return (
        f"{photo.title} with the Grad-CAM heatmap of {block} "
        f"for {spoken(explained.label)}. {in_words(heatmap)}"
    )


def reading(heatmap: Map, explained: Prediction, block: str, signed: bool) -> None:
    """Say how to read the map; for a blank one, why there is nothing to see."""
    label = spoken(explained.label)
    against = ", blue against it" if signed else ""
    if is_blank(heatmap):
        advice = "" if signed else " Switch on the evidence against it, or take another block."
        st.info(
            f"The map is blank: at {block} hardly anything in the photo speaks for {label}."
            f"{advice}",
            icon=":material/visibility_off:",
        )
    else:
        st.markdown(in_words(heatmap))
    st.caption(
        f"Yellow speaks for {label}{against}. The network sees only the dashed square, "
        f"at {block} as {grid(heatmap)} cells."
    )


def grid(heatmap: Map) -> str:
    """Write a map's rows and columns so that no line breaks between them."""
    return "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}".join(
        map(str, heatmap.shape)
    )


def footnote(photo: Photo, analysis: Analysis) -> None:
    """Say where the photo, the weights and the milliseconds come from."""
    network = analysis.network
    parts = [
        f"{network.variant.title}, {network.weights.line}",
        f"{1000 * analysis.seconds:.0f} ms on {network.device.type.upper()}",
    ]
    if photo.sample:
        parts.append(f"photo: {photo.sample.source} ({photo.sample.licence})")
    st.caption(" · ".join(parts))
    for note in analysis.notes:
        st.warning(note, icon=":material/memory:")
