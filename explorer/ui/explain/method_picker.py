"""The methods above the photo: one is chosen, a slow one is started, several stand side by side.

A slow method waits for a button with its cost, shows its progress and can be cancelled: Streamlit
ends a run at its next call, and each step makes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.ui.components.photo_overlay import photo_overlay
from explorer.ui.explain import (
    attribution_methods,
    export_row,
    method_costs,
    pinned_picture,
    shown_settings,
)
from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest, MethodResult
from explorer.ui.explain.link_choices import METHOD
from explorer.ui.frame import link_state
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.explain.method_catalogue import Method

_METHOD, _COMPARE = "pick_method", "pick_methods"
_PER_ROW = 3


def place() -> DeltaGenerator:
    """Make the place above the photo; it is filled once the picture is sent."""
    container = st.container(gap="xsmall", key="methods")
    with container:
        shown_settings.share()
    return container


def row(place: DeltaGenerator, request: MethodRequest, shown: MethodAnswer) -> None:
    """Offer the methods and the pin; a slow method waits for its button.

    Args:
        place: the place above the photo.
        request: the photo and the question of the page.
        shown: the map over the photo.
    """
    with place:
        with st.container(horizontal=True, vertical_alignment="center", key="method_row"):
            _pills()
            with st.container(horizontal=True, gap="xsmall", width="content", key="picture_keys"):
                pinned_picture.button(request, shown)
        method = attribution_methods.chosen()
        result = attribution_methods.stored(request, method)
        is_complete = shown.method is method and (result is None or result.done == result.steps)
        if not is_complete:
            _offer_computation(request, [method], result, until=shown.method)


def _pills() -> None:
    from explorer.explain.method_catalogue import METHODS

    st.session_state[_METHOD] = attribution_methods.chosen().name
    st.pills(
        "Method",
        list(METHODS),
        required=True,
        format_func=lambda name: METHODS[name].title,
        key=_METHOD,
        on_change=_choose_method,
        label_visibility="collapsed",
    )


def side_by_side(request: MethodRequest) -> None:
    """Show the maps of several methods for the same question, each with its own colour bar."""
    from explorer.explain.method_catalogue import METHODS

    is_used = bool(st.session_state.get(_COMPARE))
    with st.expander("Methods side by side", is_used, icon=":material/view_column:"):
        names = st.pills(
            "Methods to compare",
            list(METHODS),
            selection_mode="multi",
            format_func=lambda name: METHODS[name].title,
            key=_COMPARE,
        )
        methods = [method for name, method in METHODS.items() if name in names]
        if len(methods) < 2:
            st.caption("Choose two or more methods to compare for the same photo, class and block.")
            return
        answers = [(method, attribution_methods.answer(request, method)) for method in methods]
        waiting = [method for method, answer in answers if answer is None]
        if waiting:
            _offer_computation(request, waiting)
        for first in range(0, len(answers), _PER_ROW):
            columns = st.columns(min(len(answers), _PER_ROW))
            for column, answer in zip(columns, answers[first : first + _PER_ROW], strict=False):
                with column:
                    _card(request, *answer)
        shown = [answer for _, answer in answers if answer is not None]
        if len(shown) > 1:
            pairs = [(request.photo, export_row.finding_of(request, each)) for each in shown]
            export_row.of_several(pairs, "take_methods", "Take them with you")


def _card(request: MethodRequest, method: Method, answer: MethodAnswer | None) -> None:
    st.markdown(f"**{method.title}** :small[:gray[{method.paper}]]")
    if answer is None:
        st.skeleton(220)
        return
    frame, key = request.explanation.analysis.frame, f"overlay_{method.name}"
    photo_overlay(request.photo, frame, answer.described, key=key, compact=True)
    st.caption(method.reading)


def _offer_computation(
    request: MethodRequest,
    methods: list[Method],
    partial: MethodResult | None = None,
    until: Method | None = None,
) -> None:
    """Draw the button that computes methods, with their cost on this device.

    Args:
        request: the photo and the question of the page.
        methods: the methods to compute.
        partial: what was computed of them before the reader cancelled.
        until: the method that the picture shows meanwhile; None where each has its own picture.
    """
    placeholder = st.empty()
    with placeholder.container(horizontal=True, vertical_alignment="center", gap="medium"):
        is_clicked = st.button(
            f"Compute {_methods_title(methods)}",
            type="primary",
            icon=":material/play_arrow:",
            key=f"compute_{methods[0].name}_{len(methods)}",
        )
        st.caption(_cost(request, methods, partial, until), width="content")
    if is_clicked:
        with placeholder.container():
            _compute(request, methods)
        st.rerun()


def _cost(
    request: MethodRequest,
    methods: list[Method],
    partial: MethodResult | None,
    until: Method | None,
) -> str:
    seconds = sum(method_costs.estimate(request.explanation, method) for method in methods)
    device = request.explanation.analysis.network.device.type
    device_title = "CPU" if device == "cpu" else "GPU"
    stopped = f"Stopped after {partial.done} of {partial.steps} steps. " if partial else ""
    waiting = until is not None and until not in methods
    shown = f" Until then the picture shows {until.title}." if until and waiting else ""
    text = duration(seconds)
    return f"{stopped}{text[0].upper()}{text[1:]} on this {device_title}.{shown}"


def _compute(request: MethodRequest, methods: list[Method]) -> None:
    """Compute step by step; Cancel needs no callback, because any click ends this run."""
    bar = st.progress(0.0, f"{methods[0].title}: starting")
    st.button("Cancel", icon=":material/stop_circle:", key="cancel_method")
    status = st.empty()  # last: an empty element would not replace the earlier run's button
    for method in methods:
        for step in attribution_methods.steps(request, method, status):
            text = f"{method.title}: step {step.done} of {step.steps}"
            bar.progress(step.done / step.steps, text)


def _methods_title(methods: list[Method]) -> str:
    return methods[0].title if len(methods) == 1 else f"the {len(methods)} that wait"


def _choose_method() -> None:
    link_state.choose(METHOD, st.session_state[_METHOD])
