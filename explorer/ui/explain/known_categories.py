"""What a built-in network can answer at all: the nearest of its categories, and their list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain import novelty
from explorer.networks.weight_sources import WeightSource
from explorer.paths import ASSETS
from explorer.ui.components.category_list import category_list
from explorer.ui.frame import link_state
from explorer.ui.networks import missing_weights, opening_weights
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.weights.availability import availability
from explorer.wording import spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis
    from explorer.ui.photos.session_photos import Photo

TILES, COLUMNS = ASSETS / "photos" / "categories.jpg", 11
_ICON = ":material/grid_view:"
LARGER = ("resnet50", WeightSource.IMAGENET_CLASSIC)  # variant and weights with 1000 classes


def answer_is_limited(analysis: Analysis, photo: Photo) -> str:
    """Say which of its categories the photo is nearest to; "" where nothing needs to be said.

    No detector finds most of the photos that are of no category, so this holds for every photo
    of the reader's own, and what the detector finds is only added.
    """
    if analysis.network.weights.source is not WeightSource.BUILTIN or photo.sample is not None:
        return ""
    count, label = len(analysis.network.labels), spoken(analysis.predictions[0].label)
    doubt = " It may be none of them." if novelty.may_be_none(analysis) else ""
    return f"Nearest of {count} categories: **{label}**.{doubt}"


def calibration(analysis: Analysis, photo: Photo) -> str:
    """Say how far the probability can be trusted: as measured, for photos like those measured."""
    weights = analysis.network.weights
    of_its_kind = photo.sample is not None and photo.sample.held_back
    if weights.source is not WeightSource.BUILTIN or of_its_kind:
        return weights.calibration
    return "Its probabilities were checked on photos of its data set, not on photos like this one."


def ways_on(analysis: Analysis) -> None:
    """Offer the list of a built-in network's categories, and a network that has more."""
    if opening_weights.is_in_force():
        _say_what_it_opened_on(analysis)
    if analysis.network.weights.source is not WeightSource.BUILTIN:
        return
    labels = analysis.network.labels
    with st.container(horizontal=True, gap="small", key="known_categories"):
        title = _title(len(labels))
        if st.button(title, type="tertiary", icon=_ICON, key="see_categories"):
            st.dialog(title, width="large")(_list)(labels)
        missing_weights.fetch_and_take(
            availability(*LARGER), "It knows the 1,000 classes of ImageNet.", _take_larger
        )


def _say_what_it_opened_on(analysis: Analysis) -> None:
    """Say why it is not a built-in network, and offer one."""
    count = len(analysis.network.labels)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = (
            f"It opens on these weights, with {count:,} classes, since they are on this machine."
        )
        st.caption(words, width="stretch")
        label = "Take a built-in network"
        take = opening_weights.take_built_in
        st.button(label, type="tertiary", key="take_built_in", on_click=take)


def placeholder(count: int) -> None:
    """Keep the place of the offers until they can be made."""
    with st.container(horizontal=True, gap="small"):
        st.button(_title(count), type="tertiary", icon=_ICON, disabled=True, key="categories_later")


def _title(count: int) -> str:
    return f"The {count} categories"


def _list(labels: tuple[str, ...]) -> None:
    st.caption("A built-in network always answers with one of these, whatever the photo shows.")
    category_list([spoken(label) for label in labels], TILES.read_bytes(), COLUMNS)


def _take_larger() -> None:
    link_state.choose(VARIANT, LARGER[0])
    link_state.choose(WEIGHTS, LARGER[1].value)
