"""The choice of an explanation method, its cost on this device, and its map.

Cheap methods run at once. The others wait for a button, show their progress and can be cancelled:
Streamlit ends a run at its next call, and each step makes one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.array_types import Map
from explorer.explain.shared_scale import SharedScale
from explorer.figures.explain.heatmaps import Scale
from explorer.networks.weight_sources import WeightSource
from explorer.serving import analysis_log
from explorer.ui.components.photo_overlay import photo_overlay
from explorer.ui.explain import map_captions, method_costs
from explorer.ui.explain.block_ladder import limits
from explorer.ui.explain.latest_explanation import Explanation, Ladder
from explorer.ui.explain.link_choices import METHOD
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state, page_layout
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results
from explorer.ui.photos.session_photos import Photo
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.explain.method_catalogue import Method
    from explorer.explain.pixel_attribution import AttributionStep

GRAD_CAM = "grad-cam"  # its maps are those of the ladder
MOST_RESULTS = 16
_RESULTS = photo_results.declare("method_results")  # maps of slow methods
_METHOD, _COMPARE = "pick_method", "pick_methods"
_PER_ROW = 3


@dataclass(frozen=True, eq=False)
class MethodResult:
    """The map of a method, complete or partial.

    Attributes:
        heatmap: the signed map, shape (h, w).
        done: number of steps that were run, less than `steps` if the reader cancelled.
        steps: number of steps of the whole computation.
    """

    heatmap: Map
    done: int = 1
    steps: int = 1


@dataclass(frozen=True, eq=False)
class MethodRequest:
    """One question about one photo, which any method can answer.

    Attributes:
        photo: the photo to explain.
        explanation: the analysis of the photo by the chosen network.
        question: the class, the block and the sign of the map.
        maps: block name -> Grad-CAM map at that block, as in the block ladder.
        span: which maps of the ladder share a colour scale.
    """

    photo: Photo
    explanation: Explanation
    question: Question
    maps: Ladder
    span: SharedScale

    def key(self, method: Method) -> tuple[object, ...]:
        """Return all that the result of a method depends on."""
        question = self.question
        block = question.block if method.uses_block else None
        return (self.explanation.key, method.name, block, question.explained.index, question.other)


@dataclass(frozen=True, eq=False)
class MethodAnswer:
    """A map that is ready to be shown.

    Attributes:
        method: the method that made the map.
        heatmap: the map, shape (h, w), without negative values unless the question is signed.
        scale: the colour scale of the map.
    """

    method: Method
    heatmap: Map
    scale: Scale


def chosen() -> Method:
    """Return the method that the reader chose; Grad-CAM if there is no such method."""
    from explorer.explain.method_catalogue import METHODS

    return METHODS.get(link_state.get(METHOD), METHODS[GRAD_CAM])


def answer(request: MethodRequest, method: Method) -> MethodAnswer | None:
    """Return a method's map; None if the method is not cheap and was not computed before."""
    question, signed = request.question, request.question.signed
    if method.name == GRAD_CAM:
        high = limits(request.maps, request.span, signed)[question.block]
        return MethodAnswer(method, request.maps[question.block], Scale.up_to(high, signed))
    result = _result(request, method)
    if result is None:
        return None
    signed = signed and method.signed
    heatmap = result.heatmap if signed else np.clip(result.heatmap, 0, None)
    fitted = Scale.of if method.of_block else Scale.of_pixels
    return MethodAnswer(method, heatmap, fitted(heatmap, signed))


def show(request: MethodRequest) -> MethodAnswer:
    """Show the chosen method's map over the photo, or Grad-CAM's until it is computed."""
    from explorer.explain.method_catalogue import METHODS

    method = chosen()
    shown_answer = answer(request, method) or answer(request, METHODS[GRAD_CAM])
    assert shown_answer is not None  # Grad-CAM never waits
    frame, framing = request.explanation.analysis.frame, request.explanation.framing
    described_map = map_captions.shown(
        request.photo,
        frame,
        shown_answer.heatmap,
        shown_answer.scale,
        request.question,
        shown_answer.method,
    )
    photo_overlay(request.photo, frame, described_map)
    page_layout.picture_first((request.key(shown_answer.method), request.question, request.span))
    if shown_answer.method is not method:
        st.info(
            f"This is still Grad-CAM. {method.title} takes longer: start it below the blocks.",
            icon=":material/hourglass_empty:",
        )
    map_captions.reading(
        shown_answer.heatmap,
        frame,
        framing,
        request.question,
        shown_answer.method,
        request.explanation.analysis.network.weights.source is WeightSource.UNTRAINED,
    )
    return shown_answer


def picker(request: MethodRequest) -> None:
    """Offer the methods; a slow one waits for its button."""
    from explorer.explain.method_catalogue import METHODS

    method = chosen()
    st.session_state[_METHOD] = method.name
    st.pills(
        "Method",
        list(METHODS),
        required=True,
        format_func=lambda name: METHODS[name].title,
        key=_METHOD,
        on_change=_choose_method,
    )
    result = None if method.at_once else _result(request, method)
    if not method.at_once and (result is None or result.done < result.steps):
        _offer_computation(request, [method], result)


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
        waiting = [m for m in methods if not m.at_once and _result(request, m) is None]
        if waiting:
            _offer_computation(request, waiting)
        for first in range(0, len(methods), _PER_ROW):
            columns = st.columns(min(len(methods), _PER_ROW))
            for column, method in zip(columns, methods[first : first + _PER_ROW], strict=False):
                with column:
                    _card(request, method)


def _card(request: MethodRequest, method: Method) -> None:
    st.markdown(f"**{method.title}** :small[:gray[{method.paper}]]")
    method_answer = answer(request, method)
    if method_answer is None:
        st.skeleton(220)
        return
    frame = request.explanation.analysis.frame
    described_map = map_captions.shown(
        request.photo, frame, method_answer.heatmap, method_answer.scale, request.question, method
    )
    photo_overlay(request.photo, frame, described_map, key=f"overlay_{method.name}", compact=True)
    st.caption(method.reading)


def _offer_computation(
    request: MethodRequest, methods: list[Method], partial: MethodResult | None = None
) -> None:
    """Draw the button that computes methods, with their cost on this device."""
    placeholder = st.empty()
    with placeholder.container(horizontal=True, vertical_alignment="center", gap="medium"):
        is_clicked = st.button(
            f"Compute {_methods_title(methods)}",
            type="primary",
            icon=":material/play_arrow:",
            key=f"compute_{methods[0].name}_{len(methods)}",
        )
        st.caption(_cost(request, methods, partial), width="content")
    if is_clicked:
        with placeholder.container():
            _compute(request, methods)
        st.rerun()


def _cost(request: MethodRequest, methods: list[Method], partial: MethodResult | None) -> str:
    seconds = sum(method_costs.estimate(request.explanation, method) for method in methods)
    device = request.explanation.analysis.network.device.type
    device_title = "CPU" if device == "cpu" else "GPU"
    stopped = f"Stopped after {partial.done} of {partial.steps} steps. " if partial else ""
    text = duration(seconds)
    return f"{stopped}{text[0].upper()}{text[1:]} on this {device_title}."


def _compute(request: MethodRequest, methods: list[Method]) -> None:
    """Compute step by step; Cancel needs no callback, because any click ends this run."""
    bar = st.progress(0.0, f"{methods[0].title}: starting")
    st.button("Cancel", icon=":material/stop_circle:", key="cancel_method")
    status = st.empty()  # last: an empty element would not replace the earlier run's button
    for method in methods:
        seconds = 0.0
        steps = _steps(request, method)
        for step, spent in _timed(steps, status):
            seconds += spent
            if step.done == step.steps or method.useful_early:
                _store(request, method, MethodResult(step.heatmap.numpy(), step.done, step.steps))
            bar.progress(
                step.done / step.steps, f"{method.title}: step {step.done} of {step.steps}"
            )
        method_costs.remember(request.explanation, method, seconds)
        network, block = request.explanation.analysis.network, request.question.block
        analysis_log.record(network, method.name, block, seconds)


def _steps(request: MethodRequest, method: Method) -> Iterator[AttributionStep]:
    question = request.question
    return request.explanation.analysis.attribution_steps(
        method.name, question.block, question.explained.index, question.other
    )


def _timed(
    steps: Iterator[AttributionStep], status: st.delta_generator.DeltaGenerator
) -> Iterator[tuple[AttributionStep, float]]:
    """Yield steps and their seconds; with a turn for each, other sessions compute in between."""
    while True:
        with status.container(), compute_turn() as turn:
            step = next(steps, None)
        if step is None:
            return
        yield step, turn.seconds


def _result(request: MethodRequest, method: Method) -> MethodResult | None:
    """Return the stored result of a method; compute it first if the method is cheap."""
    results, key = _results(), request.key(method)
    if method.at_once and key not in results:
        question = request.question
        with compute_turn():
            heatmap = request.explanation.analysis.heatmap(
                question.block,
                question.explained.index,
                question.other,
                signed=True,
                method=method.name,
            )
        _store(request, method, MethodResult(heatmap))
    return results.get(key)


def _store(request: MethodRequest, method: Method, result: MethodResult) -> None:
    results, key = _results(), request.key(method)
    results[key] = result
    results.move_to_end(key)
    if len(results) > MOST_RESULTS:
        results.popitem(last=False)


def _results() -> OrderedDict[tuple[object, ...], MethodResult]:
    results: OrderedDict[tuple[object, ...], MethodResult]
    results = st.session_state.setdefault(_RESULTS, OrderedDict())
    return results


def _methods_title(methods: list[Method]) -> str:
    return methods[0].title if len(methods) == 1 else f"the {len(methods)} that wait"


def _choose_method() -> None:
    link_state.choose(METHOD, st.session_state[_METHOD])
