"""The answer, what it can be, and its classes as bars: a click explains one, a search any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import RequestError
from explorer.explain import novelty
from explorer.networks.weight_sources import WeightSource
from explorer.training import category_pictures
from explorer.ui.components.category_list import category_list
from explorer.ui.components.class_bars import bars, class_bars, height
from explorer.ui.explain.link_choices import CLASS, RATHER_THAN
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.ui.networks import missing_weights, opening_weights
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.photos.session_photos import Photo
from explorer.weights.availability import availability
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis, Prediction

_BARS, _SEARCH, _RATHER_THAN = "prediction_bars", "class_search", "rather_than_search"
_NO_CLASS = ""
UNSURE_BELOW = 0.5
_CATEGORIES_ICON = ":material/grid_view:"
LARGER = ("resnet50", WeightSource.IMAGENET_CLASSIC)  # variant and weights with 1000 classes


def target_if_any(analysis: Analysis) -> Prediction | None:
    """Return the class to explain; None if the network has no head, and so no classes."""
    return target(analysis) if analysis.predictions else None


def target(analysis: Analysis) -> Prediction:
    """Return the class to explain: the reader's if the network has it, else the predicted one.

    Raises:
        RequestError: if the network has no head, and so no classes.
    """
    label = link_state.get(CLASS)
    try:
        return analysis.prediction(label) if label else analysis.predicted
    except RequestError:
        return analysis.predicted


def rather_than(analysis: Analysis, explained: Prediction) -> Prediction | None:
    """Return the class to compare the explained one with, if the reader chose another one."""
    label = link_state.get(RATHER_THAN)
    try:
        other = analysis.prediction(label) if label else None
    except RequestError:
        return None
    return None if other is None or other.index == explained.index else other


def panel(analysis: Analysis, question: Question, photo: Photo) -> None:
    """Show the answer, the bars, the search and the class to compare with.

    Args:
        analysis: the analysis whose predictions are shown.
        question: the class to explain, marked among the bars, and the one to compare it with.
        photo: the photo; for a sample the true category is known, if it has one.
    """
    best = analysis.predictions[0]
    with st.container(gap="xsmall", key="answer"):  # on a phone, it follows the picture
        st.caption(f"{_certainty(best)}{_truth(analysis, photo)}")
        st.header(f"{spoken(best.label)} · {percent(best.probability)}", anchor=False)
        if limits := _limits(analysis, photo):
            st.markdown(limits)
        st.caption(_calibration(analysis, photo))
        _categories(analysis)
    _draw_bars(analysis, question.explained)
    searches(analysis, question)


def searches(analysis: Analysis, question: Question) -> None:
    """Offer every class to explain, and every other class to compare it with."""
    labels = sorted(set(analysis.network.labels), key=str.casefold)
    with st.container(horizontal=True, gap="small"):
        _draw_search(labels, question.explained)
        _draw_rather_than(labels, question)


def _certainty(best: Prediction) -> str:
    if best.probability >= UNSURE_BELOW:
        return "Prediction"
    return "Not sure: its best guess"


def _truth(analysis: Analysis, photo: Photo) -> str:
    """Compare with the true category of a sample, if the network is a built-in one."""
    weights, best = analysis.network.weights, analysis.predictions[0]
    if photo.sample is None or weights.source is not WeightSource.BUILTIN:
        return ""
    if photo.sample.category is None:
        return f" · none of its {len(weights.labels)} categories: this is the nearest"
    right = photo.sample.category == best.label
    return " · correct" if right else f" · the photo shows: {photo.sample.category}"


def _limits(analysis: Analysis, photo: Photo) -> str:
    """Say which of its categories the photo is nearest to; "" where nothing needs to be said.

    No detector finds most of the photos that are of no category, so this holds for every photo
    of the reader's own, and what the detector finds is only added.
    """
    if analysis.network.weights.source is not WeightSource.BUILTIN or photo.sample is not None:
        return ""
    count, label = len(analysis.network.labels), spoken(analysis.predictions[0].label)
    doubt = " It may be none of them." if novelty.may_be_none(analysis) else ""
    return f"Nearest of {count} categories: **{label}**.{doubt}"


def _calibration(analysis: Analysis, photo: Photo) -> str:
    """Say how far the probability can be trusted: as measured, for photos like those measured."""
    weights = analysis.network.weights
    of_its_kind = photo.sample is not None and photo.sample.held_back
    if weights.source is not WeightSource.BUILTIN or of_its_kind:
        return weights.calibration
    return "Its probabilities were checked on photos of its data set, not on photos like this one."


def _categories(analysis: Analysis) -> None:
    """Offer the list of a built-in network's categories, and a network that has more."""
    if opening_weights.is_in_force():
        _say_what_it_opened_on(analysis)
    if analysis.network.weights.source is not WeightSource.BUILTIN:
        return
    labels = analysis.network.labels
    with st.container(horizontal=True, gap="small", key="known_categories"):
        title = _categories_title(len(labels))
        if st.button(title, type="tertiary", icon=_CATEGORIES_ICON, key="see_categories"):
            st.dialog(title, width="large")(_list_categories)(labels)
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


def categories_placeholder(count: int) -> None:
    """Keep the place of the offers until they can be made."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            _categories_title(count),
            type="tertiary",
            icon=_CATEGORIES_ICON,
            disabled=True,
            key="categories_later",
        )


def _categories_title(count: int) -> str:
    return f"The {count} categories"


def _list_categories(labels: tuple[str, ...]) -> None:
    st.caption("A built-in network always answers with one of these, whatever the photo shows.")
    category_list(
        [spoken(label) for label in labels],
        category_pictures.PATH.read_bytes(),
        category_pictures.COLUMNS,
    )


def _take_larger() -> None:
    link_state.choose(VARIANT, LARGER[0])
    link_state.choose(WEIGHTS, LARGER[1].value)


def _draw_bars(analysis: Analysis, explained: Prediction) -> None:
    predictions = list(analysis.predictions)
    if explained.index not in [prediction.index for prediction in predictions]:
        predictions.append(explained)
    class_bars(
        key=_BARS,
        data=bars(((each.label, each.probability) for each in predictions), explained.label),
        height=height(len(predictions)),
        on_chosen_change=_choose_bar,
    )


def _draw_search(labels: list[str], explained: Prediction) -> None:
    st.session_state[_SEARCH] = explained.label
    st.selectbox(
        "Class to explain",
        labels,
        format_func=spoken,
        key=_SEARCH,
        on_change=_choose_searched,
        help=with_term("Every class has a map, however improbable it is.", "target-class"),
    )


def _draw_rather_than(labels: list[str], question: Question) -> None:
    st.session_state[_RATHER_THAN] = (
        question.rather_than.label if question.rather_than else _NO_CLASS
    )
    st.selectbox(
        "Rather than",
        [_NO_CLASS, *(label for label in labels if label != question.explained.label)],
        format_func=lambda label: spoken(label) or "no other class",
        key=_RATHER_THAN,
        on_change=_choose_rather_than,
        help=with_term("What supports the first class but not this one.", "target-class"),
    )


def _choose_bar() -> None:
    link_state.choose(CLASS, str(st.session_state[_BARS].chosen or ""))


def _choose_searched() -> None:
    link_state.choose(CLASS, st.session_state[_SEARCH])


def _choose_rather_than() -> None:
    link_state.choose(RATHER_THAN, st.session_state[_RATHER_THAN])
