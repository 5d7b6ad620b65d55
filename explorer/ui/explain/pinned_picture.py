"""A picture that stays while the one beside it follows every control of the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.explain.finding import Finding
from explorer.networks.weight_sources import WeightSource
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.explain import attribution_methods, export_row, map_captions
from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.photos import photo_results
from explorer.ui.photos.session_photos import Photo
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction


@dataclass(frozen=True, eq=False)
class PinnedPicture:
    """A picture as it was when the reader pinned it; it keeps no autograd graph alive.

    Attributes:
        photo: the photo under the map.
        finding: the explanation, for exports.
        described: the map with its description.
        predicted: the network's answer.
    """

    photo: Photo
    finding: Finding
    described: DescribedMap
    predicted: Prediction

    @property
    def caption(self) -> str:
        """The network with its answer, and on a second line the method, the class, the block."""
        network, predicted = self.finding.network, self.predicted
        said = f"{spoken(predicted.label)} {percent(predicted.probability)}"
        parts = (network.variant.title, network.weights.source.heading, f"**{said}**")
        return f"{' · '.join(parts)}  \n{self.described.chip}"


def _drop(pinned: dict[str, PinnedPicture], photo_id: str) -> None:
    pinned.pop(photo_id, None)


_PINNED = photo_results.declare("pinned_picture", _drop)  # id of its photo -> the picture


def current() -> PinnedPicture | None:
    """Return the pinned picture of this session, if there is one."""
    pinned: dict[str, PinnedPicture] = st.session_state.get(_PINNED, {})
    return next(iter(pinned.values()), None)


def pictures(request: MethodRequest) -> MethodAnswer:
    """Show the present picture, to the right of the pinned one, and how to read it.

    The present one is sent first, and stays in its place whether another is pinned or not.
    """
    with st.container(horizontal=True, key="pictures"):
        left, right = st.container(key="pinned_place"), st.container(key="present_place")
    pinned = current()
    with right:
        if pinned is not None:
            caption_place = st.container(key="present_caption")
        answer = attribution_methods.show(request)
    if pinned is not None:
        caption_place.caption(f"Now · {of(request, answer).caption}")
        _show(left, pinned)
    _read(request, answer)
    return answer


def _read(request: MethodRequest, answer: MethodAnswer) -> None:
    analysis = request.explanation.analysis
    map_captions.reading(
        answer.heatmap,
        analysis.frame,
        request.explanation.framing,
        request.question,
        answer.method,
        analysis.network.weights.source is WeightSource.UNTRAINED,
    )


def _show(place: DeltaGenerator, pinned: PinnedPicture) -> None:
    with place:
        st.caption(f"Pinned · {pinned.caption}")
        described = replace(pinned.described, alt=f"Pinned: {pinned.described.alt}")
        frame = pinned.finding.frame
        photo_overlay(pinned.photo, frame, described, key="overlay_pinned", compact=True)


def button(request: MethodRequest, answer: MethodAnswer) -> None:
    """Offer to pin the present picture, or to take the pinned one away."""
    if current() is None:
        st.button(
            "Pin",
            icon=":material/keep:",
            key="pin",
            on_click=_pin,
            args=(of(request, answer),),
            help=with_glossary("Keep this picture on the left, and compare it with others."),
        )
    else:
        st.button(
            "Unpin",
            icon=":material/keep_off:",
            key="pin",
            on_click=_unpin,
            help=with_glossary("Take the pinned picture away."),
        )


def of(request: MethodRequest, answer: MethodAnswer) -> PinnedPicture:
    """Return the present picture without its graph."""
    finding = export_row.finding_of(request, answer)
    predicted = request.explanation.analysis.predicted
    return PinnedPicture(request.photo, finding, answer.described, predicted)


def take_along(request: MethodRequest, answer: MethodAnswer) -> None:
    """Offer the pinned picture and the present one as one comparison, if there is one."""
    pinned = current()
    if pinned is not None:
        present = (request.photo, export_row.finding_of(request, answer))
        pairs = [(pinned.photo, pinned.finding), present]
        export_row.of_several(pairs, "take_pinned", "Take both with you")


def _pin(picture: PinnedPicture) -> None:
    st.session_state[_PINNED] = {picture.photo.id: picture}


def _unpin() -> None:
    st.session_state.pop(_PINNED, None)
