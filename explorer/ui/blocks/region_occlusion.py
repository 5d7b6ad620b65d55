"""Occlusion by hand: hide a region of the photo, or the rest, and see the best classes move."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from explorer.array_types import Map
from explorer.blocks.brightest_region import brightest_region
from explorer.blocks.probability_changes import ProbabilityChange, probability_changes
from explorer.blocks.region_occlusion import (
    Fill,
    HiddenPart,
    InputRegion,
    Occlusion,
    PhotoBox,
    occlude,
)
from explorer.figures.pictures import png
from explorer.ui.blocks.link_choices import FILL, HIDDEN, REGION
from explorer.ui.components import packed, pictures
from explorer.ui.components import probability_changes as change_bars
from explorer.ui.components.photo_cache import cache_photos
from explorer.ui.components.photo_overlay import HIGHEST, parts
from explorer.ui.components.photo_region import photo_region
from explorer.ui.explain.prediction import target
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.ui.photos import photo_results
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis
    from explorer.photos.geometry import Frame
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.photos.session_photos import Photo

_KEY, _HIDDEN, _FILL, _RESET = "poke_stage", "pick_hidden", "pick_fill", "reset_region"
_LIVE = photo_results.declare("poke_live")  # the region in the reader's hand, and of what
_TITLES = {
    HiddenPart.REGION: "the region",
    HiddenPart.REST: "everything else",
    Fill.MEAN: "mean colour",
    Fill.BLUR: "blur",
    Fill.BLACK: "black",
}
_HINT = (
    "Drag over the photo to draw a region. Drag the region to move it, or a corner to resize it; "
    "a click moves it there. Arrow keys move it; with Shift they resize it."
)


def poked(explanation: Explanation) -> Occlusion:
    """Hide the part of the photo that the reader chose, and return the result."""
    region = _chosen_region(explanation)
    fill, hides = (
        Fill(link_state.get(FILL)),
        HiddenPart(link_state.get(HIDDEN)),
    )
    analysis = explanation.analysis
    return explanation.once(
        "poke", (region, fill, hides), lambda: occlude(analysis, region, fill, hides)
    )


def figure(photo: Photo, explanation: Explanation, occlusion: Occlusion) -> None:
    """Show the photo with the region, and the choice of what is hidden and how."""
    frame, region = explanation.analysis.frame, _chosen_region(explanation)
    bright = brightest_region(_heatmap(explanation), frame)
    cache_photos(_KEY, {photo.id: photo.shown})
    photo_region(
        key=_KEY,
        data=packed(
            {
                "photo": photo.id,
                "cover": pictures(png(Image.fromarray(occlusion.picture))),
                "size": photo.size,
                "highest": HIGHEST,
                "frame": parts(frame),
                "limits": asdict(_visible_part(frame)),
                "region": asdict(region.on_photo(frame)),
                "told": _live(explanation) or link_state.get(REGION),
                "guide": bright.outline(frame) if bright else (),
                "tag": _tag(occlusion),
                "alt": f"{photo.title}. {occlusion.words}",
            }
        ),
        on_region_change=_choose_region,
        on_moving_change=partial(_follow, explanation.key),
    )
    st.caption(f"{_HINT} {_guide_in_words(explanation)}" if bright else _HINT)
    _controls(occlusion.fill, occlusion.hides)


def _controls(fill: Fill, hides: HiddenPart) -> None:
    st.session_state[_HIDDEN], st.session_state[_FILL] = hides, fill
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Hide",
            list(HiddenPart),
            required=True,
            format_func=_TITLES.__getitem__,
            key=_HIDDEN,
            on_change=_choose,
            args=(HIDDEN, _HIDDEN),
            help=with_term(
                "Does the network need the region, or is the region enough on its own?", "occlusion"
            ),
        )
        st.segmented_control(
            "Fill",
            list(Fill),
            required=True,
            format_func=_TITLES.__getitem__,
            key=_FILL,
            on_change=_choose,
            args=(FILL, _FILL),
            help=with_term("No fill looks like a real photo: compare several.", "occlusion"),
        )
        if link_state.get(REGION):
            st.button("Reset the region", key=_RESET, on_click=_reset)


def answer(explanation: Explanation, occlusion: Occlusion) -> None:
    """Show the network's new answer, and how the best classes moved."""
    analysis, watched = explanation.analysis, target(explanation.analysis)
    best_after, best_before = occlusion.predictions[0], analysis.predictions[0]
    changes = _changes(analysis, occlusion)
    comparison = (
        "Same answer as before" if best_after.index == best_before.index else "A different answer"
    )
    with st.container(gap="xxsmall"):
        st.caption(comparison)
        st.header(f"{spoken(best_after.label)} · {percent(best_after.probability)}", anchor=False)
        st.markdown(change_in_words(analysis, occlusion))
    change_bars.show("poke_moves", changes, watched.label)
    st.caption(f"{change_bars.LEGEND} {occlusion.words}")


def change_in_words(analysis: Analysis, occlusion: Occlusion) -> str:
    """Describe how far the probability of the explained class moved."""
    label = target(analysis).label
    changes = _changes(analysis, occlusion)
    return next(change_bars.in_words(change) for change in changes if change.label == label)


def _changes(analysis: Analysis, occlusion: Occlusion) -> tuple[ProbabilityChange, ...]:
    watched, labels = target(analysis).index, analysis.network.labels
    return probability_changes(analysis.probabilities, occlusion.probabilities, labels, watched)


def _tag(occlusion: Occlusion) -> str:
    hidden = "Hidden" if occlusion.hides is HiddenPart.REGION else "The rest is hidden"
    return f"{hidden}: {_TITLES[occlusion.fill]}"


def _chosen_region(explanation: Explanation) -> InputRegion:
    """Return the reader's region if the network sees it; else one at Grad-CAM's strongest cell."""
    frame, text = explanation.analysis.frame, _live(explanation) or link_state.get(REGION)
    region = InputRegion.under(PhotoBox(*map(float, text.split(","))), frame) if text else None
    if region is not None:
        return region
    link_state.choose(REGION, "")
    heatmap = _heatmap(explanation)
    row, column = np.unravel_index(heatmap.argmax(), heatmap.shape)
    cells = np.array([row, column]) + 0.5
    middle = cells * frame.input_size / np.array(heatmap.shape)
    return InputRegion.around(float(middle[0]), float(middle[1]), frame)


def _heatmap(explanation: Explanation) -> Map:
    """Return Grad-CAM of the watched class at the last block."""
    analysis = explanation.analysis
    return explanation.ladder(target(analysis).index, signed=False)[analysis.network.blocks[-1]]


def _guide_in_words(explanation: Explanation) -> str:
    analysis = explanation.analysis
    return (
        f"Inside the dashed curve, Grad-CAM of {analysis.network.blocks[-1]} for "
        f"{spoken(target(analysis).label)} is brightest: a fifth of the area at most."
    )


def _visible_part(frame: Frame) -> PhotoBox:
    """Return the part of the photo that the network sees."""
    edges = parts(frame)
    top, left, bottom, right = (
        min(max(edges[edge], 0.0), 1.0) for edge in ("top", "left", "bottom", "right")
    )
    return PhotoBox(top, left, bottom, right)


def _live(explanation: Explanation) -> str:
    """Return the region while the reader drags it; "" if none is in the hand."""
    key, text = st.session_state.get(_LIVE, (None, ""))
    return str(text) if key == explanation.key else ""


def _follow(key: object) -> None:
    """Take over where the region is on its way; the link only learns where it comes to rest."""
    text = str(st.session_state[_KEY].moving or "")
    if link_state.accepts(REGION, text):
        st.session_state[_LIVE] = (key, text)


def _choose_region() -> None:
    st.session_state.pop(_LIVE, None)
    link_state.choose(REGION, str(st.session_state[_KEY].region or ""))


def _reset() -> None:
    st.session_state.pop(_LIVE, None)
    link_state.choose(REGION, "")


def _choose(name: str, key: str) -> None:
    link_state.choose(name, str(st.session_state[key]))
