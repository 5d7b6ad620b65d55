"""The predicted classes as bars; a click explains that class, and a search finds any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import RequestError
from explorer.sources import Source
from explorer.ui import choices
from explorer.ui.browser import component
from explorer.ui.photos import Photo
from explorer.wording import percent as percent
from explorer.wording import spoken as spoken

if TYPE_CHECKING:
    from explorer.analysis import Analysis, Prediction

_BARS, _SEARCH = "prediction_bars", "class_search"
UNSURE_BELOW = 0.5

_bars = component(
    "prediction", '<div class="classes" role="radiogroup" aria-label="Class to explain"></div>'
)


def target(analysis: Analysis) -> Prediction:
    """The class to explain: the reader's choice if the network knows it, else the predicted one."""
    asked = choices.get(choices.CLASS)
    try:
        return analysis.prediction(asked) if asked else analysis.predictions[0]
    except RequestError:
        return analysis.predictions[0]


def panel(analysis: Analysis, explained: Prediction, photo: Photo) -> None:
    """Show the answer, the bars and the search.

    Args:
        analysis: whose predictions to show.
        explained: the class that is explained, marked among the bars.
        photo: a sample is known to belong to a category, or to none.
    """
    best = analysis.predictions[0]
    with st.container(gap="xxsmall"):
        st.caption(f"{_certainty(best)}{_truth(analysis, photo)}")
        st.header(f"{spoken(best.label)} · {percent(best.probability)}", anchor=False)
    _draw_bars(analysis, explained)
    _draw_search(analysis, explained)


def _certainty(best: Prediction) -> str:
    return "Not sure: the best guess" if best.probability < UNSURE_BELOW else "Prediction"


def _truth(analysis: Analysis, photo: Photo) -> str:
    """Compare with what a sample really shows, where the built-in categories can tell."""
    weights, best = analysis.network.weights, analysis.predictions[0]
    if photo.sample is None or weights.source is not Source.BUILTIN:
        return ""
    if photo.sample.category is None:
        return f" · none of the {len(weights.labels)} categories fits this photo"
    right = photo.sample.category == best.label
    return " · correct" if right else f" · the photo shows: {photo.sample.category}"


def _draw_bars(analysis: Analysis, explained: Prediction) -> None:
    shown = list(analysis.predictions)
    if explained.index not in [prediction.index for prediction in shown]:
        shown.append(explained)
    _bars(
        key=_BARS,
        data={
            "classes": [
                {
                    "id": prediction.label,
                    "label": spoken(prediction.label),
                    "percent": percent(prediction.probability),
                    "width": 100 * prediction.probability,
                }
                for prediction in shown
            ],
            "chosen": explained.label,
        },
        on_chosen_change=_choose_bar,
    )


def _draw_search(analysis: Analysis, explained: Prediction) -> None:
    st.session_state[_SEARCH] = explained.label
    st.selectbox(
        "Class to explain",
        sorted(set(analysis.network.labels), key=str.casefold),
        format_func=spoken,
        key=_SEARCH,
        on_change=_choose_found,
        help="Why not that one? Any class has a map, however improbable it is.",
    )


def _choose_bar() -> None:
    choices.choose(choices.CLASS, str(st.session_state[_BARS].chosen or ""))


def _choose_found() -> None:
    choices.choose(choices.CLASS, st.session_state[_SEARCH])
