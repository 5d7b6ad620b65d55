"""Occlusion by hand: hide a region of the photo, or the rest, and see the best classes move."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from explorer.blocks.probability_changes import probability_changes
from explorer.blocks.region_occlusion import (
    Fill,
    HiddenPart,
    InputRegion,
    Occlusion,
    PhotoBox,
    blur_of,
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
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.photos.geometry import Frame
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.photos.session_photos import Photo

_KEY, _HIDDEN, _FILL, _RESET = "poke_stage", "pick_hidden", "pick_fill", "reset_region"
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
    frame = explanation.analysis.frame
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
                "region": asdict(occlusion.region.on_photo(frame)),
                "told": link_state.get(REGION),
                "tag": _tag(occlusion),
                "alt": f"{photo.title}. {in_words(occlusion)}",
            }
        ),
        on_region_change=_choose_region,
    )
    st.caption(_HINT)
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
    changes = probability_changes(
        analysis.probabilities, occlusion.probabilities, analysis.network.labels, watched.index
    )
    comparison = (
        "Same answer as before" if best_after.index == best_before.index else "A different answer"
    )
    with st.container(gap="xxsmall"):
        st.caption(comparison)
        st.header(f"{spoken(best_after.label)} · {percent(best_after.probability)}", anchor=False)
        st.markdown(
            next(
                change_bars.in_words(change) for change in changes if change.label == watched.label
            )
        )
    change_bars.show("poke_moves", changes, watched.label)
    st.caption(f"{change_bars.LEGEND} {in_words(occlusion)}")


def in_words(occlusion: Occlusion) -> str:
    """Describe what is hidden, and how it is filled."""
    share = f"{100 * occlusion.region.share:.0f}\N{NO-BREAK SPACE}%"
    if occlusion.hides is HiddenPart.REGION:
        return f"Hidden: {share} of what the network sees, {_fill_in_words(occlusion)}."
    return f"Shown: {share} of what the network sees; the rest is {_fill_in_words(occlusion)}."


def _fill_in_words(occlusion: Occlusion) -> str:
    size = occlusion.region.size
    return {
        Fill.MEAN: "filled with the mean colour of the training photos",
        Fill.BLUR: f"blurred, standard deviation {blur_of(size):.0f} of {size} pixels",
        Fill.BLACK: "painted black",
    }[occlusion.fill]


def _tag(occlusion: Occlusion) -> str:
    hidden = "Hidden" if occlusion.hides is HiddenPart.REGION else "The rest is hidden"
    return f"{hidden}: {_TITLES[occlusion.fill]}"


def _chosen_region(explanation: Explanation) -> InputRegion:
    """Return the reader's region if the network sees it; else one at Grad-CAM's strongest cell."""
    frame, text = explanation.analysis.frame, link_state.get(REGION)
    region = InputRegion.under(PhotoBox(*map(float, text.split(","))), frame) if text else None
    if region is not None:
        return region
    link_state.choose(REGION, "")
    explained_index, last = (
        target(explanation.analysis).index,
        explanation.analysis.network.blocks[-1],
    )
    heatmap = explanation.ladder(explained_index, signed=False)[last]
    row, column = np.unravel_index(heatmap.argmax(), heatmap.shape)
    cells = np.array([row, column]) + 0.5
    middle = cells * frame.input_size / np.array(heatmap.shape)
    return InputRegion.around(float(middle[0]), float(middle[1]), frame)


def _visible_part(frame: Frame) -> PhotoBox:
    """Return the part of the photo that the network sees."""
    edges = parts(frame)
    top, left, bottom, right = (
        min(max(edges[edge], 0.0), 1.0) for edge in ("top", "left", "bottom", "right")
    )
    return PhotoBox(top, left, bottom, right)


def _choose_region() -> None:
    link_state.choose(REGION, str(st.session_state[_KEY].region or ""))


def _reset() -> None:
    link_state.choose(REGION, "")


def _choose(name: str, key: str) -> None:
    link_state.choose(name, str(st.session_state[key]))
