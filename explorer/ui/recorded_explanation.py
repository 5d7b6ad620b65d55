"""The recorded explanation in the place of the first live one, until torch is imported."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from explorer.errors import ResultError
from explorer.figures.explain.heatmaps import Scale
from explorer.training import first_explanation
from explorer.training.first_explanation import FirstExplanation
from explorer.ui.components.class_bars import bars, class_bars, height
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.explain import prediction
from explorer.ui.frame import link_state, page_layout
from explorer.ui.photos import session_photos
from explorer.wording import percent, spoken


def show() -> bool:
    """Draw it if the reader has chosen nothing yet; return whether it was drawn."""
    if not link_state.is_untouched():
        return False
    with suppress(ResultError):
        _draw(first_explanation.recorded())
        return True
    return False


def _draw(record: FirstExplanation) -> None:
    """Draw it where the live one will be, with the same components."""
    best = record.classes[0]
    left, right = page_layout.columns()
    with left:
        photo_overlay(session_photos.chosen(), record.frame, _map(record), key="overlay_recorded")
    with right:
        with st.container(gap="xsmall", key="answer_recorded"):
            st.caption("Recorded · PyTorch is starting")
            st.header(f"{spoken(best.label)} · {percent(best.probability)}", anchor=False)
            st.caption(record.calibration)
            prediction.categories_placeholder(record.categories)
        classes = [(each.label, each.probability) for each in record.classes]
        data = bars(classes, best.label)
        class_bars(key="bars_recorded", data=data, height=height(len(classes)))
    st.skeleton(90)


def _map(record: FirstExplanation) -> DescribedMap:
    label = spoken(record.classes[0].label)
    title = session_photos.chosen().title
    return DescribedMap(
        record.heatmap,
        Scale.of(record.heatmap),
        alt=f"{title} with the recorded Grad-CAM heatmap of {record.block} for {label}.",
        supports=f"supports {label}",
        opposes=f"counts against {label}",
        unit=f"Grad-CAM values of {record.block}; zero is transparent.",
    )
