"""The predicted classes as bars: a click explains a class, and a search finds any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import RequestError
from explorer.networks.weight_sources import WeightSource
from explorer.ui.components.class_bars import class_bars, height
from explorer.ui.explain import known_categories
from explorer.ui.explain.link_choices import CLASS, RATHER_THAN
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.ui.photos.session_photos import Photo
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis, Prediction

_BARS, _SEARCH, _RATHER_THAN = "prediction_bars", "class_search", "rather_than_search"
_NO_CLASS = ""
UNSURE_BELOW = 0.5


def target(analysis: Analysis) -> Prediction:
    """Return the class to explain: the reader's if the network has it, else the predicted one."""
    label = link_state.get(CLASS)
    try:
        return analysis.prediction(label) if label else analysis.predictions[0]
    except RequestError:
        return analysis.predictions[0]


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
    with st.container(gap="xsmall"):
        st.caption(f"{_certainty(best)}{_truth(analysis, photo)}")
        st.header(f"{spoken(best.label)} · {percent(best.probability)}", anchor=False)
        if limited := known_categories.answer_is_limited(analysis, photo):
            st.markdown(limited)
        st.caption(known_categories.calibration(analysis, photo))
        known_categories.ways_on(analysis)
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
    return f"Not sure, {percent(best.probability)}: the best guess"


def _truth(analysis: Analysis, photo: Photo) -> str:
    """Compare with the true category of a sample, if the network is a built-in one."""
    weights, best = analysis.network.weights, analysis.predictions[0]
    if photo.sample is None or weights.source is not WeightSource.BUILTIN:
        return ""
    if photo.sample.category is None:
        return f" · no such category among the {len(weights.labels)}: what does it fall back on?"
    right = photo.sample.category == best.label
    return " · correct" if right else f" · the photo shows: {photo.sample.category}"


def _draw_bars(analysis: Analysis, explained: Prediction) -> None:
    predictions = list(analysis.predictions)
    if explained.index not in [prediction.index for prediction in predictions]:
        predictions.append(explained)
    class_bars(
        key=_BARS,
        data={
            "classes": [
                {
                    "id": prediction.label,
                    "label": spoken(prediction.label),
                    "percent": percent(prediction.probability),
                    "width": 100 * prediction.probability,
                }
                for prediction in predictions
            ],
            "chosen": explained.label,
        },
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
        help=with_term(
            "Why not that one? Any class has a map, however improbable it is.", "target-class"
        ),
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
        help=with_term("What speaks for the first class and not for this one.", "target-class"),
    )


def _choose_bar() -> None:
    link_state.choose(CLASS, str(st.session_state[_BARS].chosen or ""))


def _choose_searched() -> None:
    link_state.choose(CLASS, st.session_state[_SEARCH])


def _choose_rather_than() -> None:
    link_state.choose(RATHER_THAN, st.session_state[_RATHER_THAN])
