"""The chosen explanation method and its map over the photo.

A method that takes less than a second runs at once. The others wait until they are asked for; then
the picture is that of Grad-CAM.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.array_types import Map
from explorer.explain.shared_scale import SharedScale
from explorer.figures.explain.heatmaps import Scale
from explorer.serving import analysis_log
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.explain import map_captions, method_costs
from explorer.ui.explain.block_ladder import limits
from explorer.ui.explain.latest_explanation import Explanation, Ladder
from explorer.ui.explain.link_choices import DEFAULT_METHOD, METHOD
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state, page_layout
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results
from explorer.ui.photos.session_photos import Photo

if TYPE_CHECKING:
    from explorer.explain.method_catalogue import Method
    from explorer.explain.pixel_attribution import AttributionStep

GRAD_CAM = DEFAULT_METHOD  # its maps are those of the ladder
AT_ONCE = 1.0  # seconds below which a method runs without being asked for
MOST_RESULTS = 16
_RESULTS = photo_results.declare("method_results")  # maps of slow methods


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
        described: the map with its description, as the overlay shows it.
    """

    method: Method
    heatmap: Map
    scale: Scale
    described: DescribedMap


def chosen() -> Method:
    """Return the method that the reader chose; Grad-CAM if there is no such method."""
    from explorer.explain.method_catalogue import METHODS

    return METHODS.get(link_state.get(METHOD), METHODS[GRAD_CAM])


def answer(request: MethodRequest, method: Method) -> MethodAnswer | None:
    """Return a method's map; None if it was not computed before and costs more than one pass."""
    question, signed = request.question, request.question.signed
    if method.name == GRAD_CAM:
        high = limits(request.maps, request.span, signed)[question.block]
        return _described(request, method, request.maps[question.block], Scale.up_to(high, signed))
    if method.at_once and stored(request, method) is None:
        _run(request, method)
    result = stored(request, method)
    if result is None:
        return None
    signed = signed and method.signed
    heatmap = result.heatmap if signed else np.clip(result.heatmap, 0, None)
    fitted = Scale.of if method.of_block else Scale.of_pixels
    return _described(request, method, heatmap, fitted(heatmap, signed))


def _described(request: MethodRequest, method: Method, heatmap: Map, scale: Scale) -> MethodAnswer:
    frame = request.explanation.analysis.frame
    shown = map_captions.shown(request.photo, frame, heatmap, scale, request.question, method)
    return MethodAnswer(method, heatmap, scale, shown)


def show(request: MethodRequest) -> MethodAnswer:
    """Show the chosen method's map over the photo, or Grad-CAM's until it is computed."""
    from explorer.explain.method_catalogue import METHODS

    method = chosen()
    with st.container():  # for notices, which so move no element below
        if _is_missing(request, method) and is_quick(request, method):
            _run(request, method)
        shown_answer = answer(request, method) or answer(request, METHODS[GRAD_CAM])
    assert shown_answer is not None  # Grad-CAM never waits
    frame = request.explanation.analysis.frame
    photo_overlay(request.photo, frame, shown_answer.described)
    page_layout.picture_first((request.key(shown_answer.method), request.question, request.span))
    return shown_answer


def _is_missing(request: MethodRequest, method: Method) -> bool:
    return method.name != GRAD_CAM and stored(request, method) is None


def is_quick(request: MethodRequest, method: Method) -> bool:
    """Whether a method takes less than a second on this device, as far as is known."""
    return method.at_once or method_costs.estimate(request.explanation, method) < AT_ONCE


def steps(
    request: MethodRequest, method: Method, status: DeltaGenerator | None = None
) -> Iterator[AttributionStep]:
    """Compute a method's map step by step and store it, complete or as far as it means something.

    Args:
        request: the question.
        method: the method.
        status: where a notice appears while other sessions compute. Each step then calls Streamlit,
            which ends a script run that is no longer wanted.
    """
    seconds = 0.0
    for step, spent in _timed(_steps(request, method), status):
        seconds += spent
        if step.done == step.steps or method.useful_early:
            _store(request, method, MethodResult(step.heatmap.numpy(), step.done, step.steps))
        yield step
    method_costs.remember(request.explanation, method, seconds)
    network, block = request.explanation.analysis.network, request.question.block
    analysis_log.record(network, method.name, block, seconds)


def _run(request: MethodRequest, method: Method) -> None:
    for _ in steps(request, method):
        pass


def _steps(request: MethodRequest, method: Method) -> Iterator[AttributionStep]:
    question = request.question
    return request.explanation.analysis.attribution_steps(
        method.name, question.block, question.explained.index, question.other
    )


def _timed(
    steps: Iterator[AttributionStep], status: DeltaGenerator | None
) -> Iterator[tuple[AttributionStep, float]]:
    """Yield steps and their seconds; with a turn for each, other sessions compute in between."""
    while True:
        with status.container() if status else nullcontext(), compute_turn() as turn:
            step = next(steps, None)
        if step is None:
            return
        yield step, turn.seconds


def stored(request: MethodRequest, method: Method) -> MethodResult | None:
    """Return the stored result of a method other than Grad-CAM, if there is one."""
    return _results().get(request.key(method))


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
