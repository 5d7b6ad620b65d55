"""Other ways to explain than Grad-CAM: which one, what it costs here, and what it found.

Cheap methods run at once. The others wait for a button, name their steps, and can be cancelled:
Streamlit ends a run at its next call, and each step makes one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.explain.finding import MapScale
from explorer.figures.explain.heatmaps import Scale
from explorer.serving import analysis_log
from explorer.ui.components.photo_overlay import photo_overlay
from explorer.ui.explain import map_captions, method_costs
from explorer.ui.explain.block_ladder import limits
from explorer.ui.explain.latest_explanation import RESULTS, Explanation, Ladder
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state, page_layout
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos.session_photos import Photo
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.explain.methods import Method
    from explorer.explain.pixel_attribution import PixelMap

GRAD_CAM, HIRES_CAM = "grad-cam", "hires-cam"
OF_BLOCK_TOO = "guided-grad-cam"  # explains pixels, and depends on the block all the same
AVERAGES = ("saliency", "occlusion")  # over steps, so that the first ones make a map, too
MOST_RESULTS = 16
_PICK, _COMPARE = "pick_method", "pick_methods"
_PER_ROW = 3
Map = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MethodResult:
    """What a method found.

    Attributes:
        heatmap: signed, shape (h, w).
        done: steps done.
        steps: steps in all; fewer are done where the reader cancelled.
    """

    heatmap: Map
    done: int = 1
    steps: int = 1


@dataclass(frozen=True, eq=False)
class MethodRequest:
    """One question about one photo, to be answered by any method.

    Attributes:
        photo: as it is shown.
        explanation: its analysis.
        question: what is asked.
        maps: block name -> Grad-CAM, as the ladder shows it.
        span: which maps of the ladder share a scale.
    """

    photo: Photo
    explanation: Explanation
    question: Question
    maps: Ladder
    span: MapScale

    def key(self, method: Method) -> tuple[object, ...]:
        """What a result depends on."""
        of_block = method.of_block or method.name == OF_BLOCK_TOO
        question = self.question
        block = question.block if of_block else None
        return (self.explanation.key, method.name, block, question.explained.index, question.other)


@dataclass(frozen=True, eq=False)
class MethodAnswer:
    """A map that is ready to be shown.

    Attributes:
        method: that made it.
        heatmap: without evidence against the class unless that is asked for, shape (h, w).
        scale: what the colours mean.
    """

    method: Method
    heatmap: Map
    scale: Scale


def chosen() -> Method:
    """The method that the reader chose; Grad-CAM if there is no such method."""
    from explorer.explain.methods import METHODS

    return METHODS.get(link_state.get(link_state.METHOD), METHODS[GRAD_CAM])


def answer(asked: MethodRequest, method: Method) -> MethodAnswer | None:
    """Return a method's map: at once if it is cheap, else if it was computed before."""
    question, signed = asked.question, asked.question.signed
    if method.name == GRAD_CAM:
        high = limits(asked.maps, asked.span, signed)[question.block]
        return MethodAnswer(method, asked.maps[question.block], Scale.up_to(high, signed))
    result = _result(asked, method)
    if result is None:
        return None
    signed = signed and method.signed
    heatmap = result.heatmap if signed else np.clip(result.heatmap, 0, None)
    fitted = Scale.of if method.of_block else Scale.of_pixels
    return MethodAnswer(method, heatmap, fitted(heatmap, signed))


def show(asked: MethodRequest) -> MethodAnswer:
    """Show the chosen method's map over the photo; while that one waits, Grad-CAM's."""
    from explorer.explain.methods import METHODS

    method = chosen()
    found = answer(asked, method) or answer(asked, METHODS[GRAD_CAM])
    assert found is not None  # Grad-CAM never waits
    described = map_captions.shown(
        asked.photo, found.heatmap, found.scale, asked.question, found.method
    )
    photo_overlay(asked.photo, asked.explanation.analysis.frame, described)
    page_layout.picture_first((asked.key(found.method), asked.question, asked.span))
    if found.method is not method:
        st.info(
            f"This is Grad-CAM. {method.title} waits for its button under the blocks.",
            icon=":material/hourglass_empty:",
        )
    map_captions.reading(found.heatmap, asked.question, found.method)
    return found


def picker(asked: MethodRequest) -> None:
    """Offer the methods; one that takes a while waits for its button."""
    from explorer.explain.methods import METHODS

    method = chosen()
    st.session_state[_PICK] = method.name
    st.pills(
        "Method",
        list(METHODS),
        required=True,
        format_func=lambda name: METHODS[name].title,
        key=_PICK,
        on_change=_choose,
    )
    result = None if method.at_once else _result(asked, method)
    if not method.at_once and (result is None or result.done < result.steps):
        _offer(asked, [method], result)


def side_by_side(asked: MethodRequest) -> None:
    """Show what several methods say to the same question, each with its own colour bar."""
    from explorer.explain.methods import METHODS

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
            st.caption("Choose two or more. They answer for the same photo, class and block.")
            return
        waiting = [m for m in methods if not m.at_once and _result(asked, m) is None]
        if waiting:
            _offer(asked, waiting)
        for first in range(0, len(methods), _PER_ROW):
            columns = st.columns(min(len(methods), _PER_ROW))
            for column, method in zip(columns, methods[first : first + _PER_ROW], strict=False):
                with column:
                    _card(asked, method)


def _card(asked: MethodRequest, method: Method) -> None:
    st.markdown(f"**{method.title}** :small[:gray[{method.paper}]]")
    found = answer(asked, method)
    if found is None:
        st.skeleton(220)
        return
    described = map_captions.shown(asked.photo, found.heatmap, found.scale, asked.question, method)
    frame = asked.explanation.analysis.frame
    photo_overlay(asked.photo, frame, described, key=f"overlay_{method.name}", compact=True)
    st.caption(method.reading)


def _offer(
    asked: MethodRequest, methods: list[Method], partial: MethodResult | None = None
) -> None:
    """Offer to compute; say what it costs on this device."""
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", gap="medium"):
        wanted = st.button(
            f"Compute {_named(methods)}",
            type="primary",
            icon=":material/play_arrow:",
            key=f"compute_{methods[0].name}_{len(methods)}",
        )
        st.caption(_cost(asked, methods, partial), width="content")
    if wanted:
        with place.container():
            _compute(asked, methods)
        st.rerun()


def _cost(asked: MethodRequest, methods: list[Method], partial: MethodResult | None) -> str:
    seconds = sum(method_costs.estimate(asked.explanation, method) for method in methods)
    device = asked.explanation.analysis.network.device.type
    place = "CPU" if device == "cpu" else "GPU"
    stopped = f"Stopped after {partial.done} of {partial.steps} steps. " if partial else ""
    said = duration(seconds)
    return f"{stopped}{said[0].upper()}{said[1:]} on this {place}."


def _compute(asked: MethodRequest, methods: list[Method]) -> None:
    """Compute step by step; the button needs no answer: whatever is clicked ends this run."""
    bar = st.progress(0.0, f"{methods[0].title}: starting")
    st.button("Cancel", icon=":material/stop_circle:", key="cancel_method")
    line = st.empty()  # last: an empty place would leave the button before it standing
    for method in methods:
        seconds = 0.0
        steps = _steps(asked, method)
        for step, spent in _timed(steps, line):
            seconds += spent
            if step.done == step.steps or method.name in AVERAGES:
                _keep(asked, method, MethodResult(step.heatmap.numpy(), step.done, step.steps))
            bar.progress(
                step.done / step.steps, f"{method.title}: step {step.done} of {step.steps}"
            )
        method_costs.remember(asked.explanation, method, seconds)
        network, block = asked.explanation.analysis.network, asked.question.block
        analysis_log.record(network, method.name, block, seconds)


def _steps(asked: MethodRequest, method: Method) -> Iterator[PixelMap]:
    question = asked.question
    return asked.explanation.analysis.pixel_maps(
        method.name, question.block, question.explained.index, question.other
    )


def _timed(
    steps: Iterator[PixelMap], line: st.delta_generator.DeltaGenerator
) -> Iterator[tuple[PixelMap, float]]:
    """Take a turn for each step, so that others come in between; count the computing only."""
    while True:
        with line.container(), compute_turn():
            started = time.perf_counter()
            step = next(steps, None)
            seconds = time.perf_counter() - started
        if step is None:
            return
        yield step, seconds


def _result(asked: MethodRequest, method: Method) -> MethodResult | None:
    """Return what was computed before; HiRes-CAM is computed now."""
    results, key = _results(), asked.key(method)
    if method.name == HIRES_CAM and key not in results:
        question = asked.question
        with compute_turn():
            heatmap = asked.explanation.analysis.heatmap(
                question.block,
                question.explained.index,
                question.other,
                signed=True,
                method=HIRES_CAM,
            )
        _keep(asked, method, MethodResult(heatmap))
    return results.get(key)


def _keep(asked: MethodRequest, method: Method, result: MethodResult) -> None:
    results, key = _results(), asked.key(method)
    results[key] = result
    results.move_to_end(key)
    if len(results) > MOST_RESULTS:
        results.popitem(last=False)


def _results() -> OrderedDict[tuple[object, ...], MethodResult]:
    found: OrderedDict[tuple[object, ...], MethodResult]
    found = st.session_state.setdefault(RESULTS, OrderedDict())
    return found


def _named(methods: list[Method]) -> str:
    return methods[0].title if len(methods) == 1 else f"the {len(methods)} that wait"


def _choose() -> None:
    link_state.choose(link_state.METHOD, st.session_state[_PICK])
