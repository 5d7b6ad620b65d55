"""Each block switched off in turn: how much each of them matters for one class."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from explorer.serving import analysis_log
from explorer.ui.components.block_bars import BarSeries, BarTone, BlockBar, block_bars
from explorer.ui.explain import latest_explanation
from explorer.ui.frame.compute_turn import compute_turn
from explorer.wording import duration, percent, spoken

if TYPE_CHECKING:
    from explorer.blocks.lesions import SweepStep
    from explorer.explain.analysis import Prediction
    from explorer.ui.explain.block_findings import BlockFindings

AT_ONCE = 0.4  # seconds; what takes longer waits for its button
LEAST = 1.0  # points to which the chart reaches at least
_MINUS = "\N{MINUS SIGN}"


def reserve() -> st.delta_generator.DeltaGenerator:
    """Keep the chart's place on the page while the rest is drawn."""
    return st.container()


def sweep_chart(
    study: BlockFindings,
    explained: Prediction,
    block: str,
    place: st.delta_generator.DeltaGenerator | None = None,
) -> None:
    """Show how the probability of a class changes without each block; compute what is missing.

    Args:
        study: of the photo.
        explained: the class to watch.
        block: the one that is marked.
        place: from `reserve`, where more of the page follows: draw that first, for a sweep may
            take a while; None for here.
    """
    blocks = study.analysis.network.blocks[1:]
    with place or st.container():
        st.subheader("Which blocks does this answer need?", anchor=False)
        missing = tuple(name for name in blocks if name not in study.swept)
        with st.container():
            if missing:
                _complete(study, missing, len(blocks))
        done = [name for name in blocks if name in study.swept]
        if done:
            _draw(study, explained, done, block)


def _draw(study: BlockFindings, explained: Prediction, done: list[str], block: str) -> None:
    whole = explained.probability
    changes = {name: 100 * (float(study.swept[name][explained.index]) - whole) for name in done}
    shown = [
        BlockBar(
            name,
            (change,),
            _points(change),
            f"{percent(whole + change / 100)} without it, {_points(change)} points",
        )
        for name, change in changes.items()
    ]
    series = (BarSeries(f"{spoken(explained.label)}: change without the block", BarTone.ACCENT),)
    label = "Change of the probability without each block, in points"
    block_bars("sweep_chart", label, series, shown, block, least=LEAST)
    st.caption(_in_words(changes, whole))


def _in_words(changes: dict[str, float], whole: float) -> str:
    worst = min(changes, key=lambda name: changes[name])
    least = min(changes, key=lambda name: abs(changes[name]))
    said = f"Each block off in turn: points of probability, from {percent(whole)} with all of them."
    if changes[worst] > -0.05:
        return f"{said} No single block is needed for it."
    return f"{said} {worst} is needed most ({_points(changes[worst])}), {least} least."


def _points(change: float) -> str:
    """Write a change with its sign; what would be written as zero has none."""
    text = f"{change:+.1f}" if abs(change) < 9.95 else f"{change:+.0f}"
    return "0" if float(text) == 0 else text.replace("-", _MINUS)


def _complete(study: BlockFindings, missing: tuple[str, ...], total: int) -> None:
    """Compute at once what is quick; offer the rest with its cost."""
    seconds = len(missing) * study.analysis.seconds / 2  # what follows a cut is half a pass
    if seconds <= AT_ONCE:
        _sweep(study, missing)
        return
    if study.sweeping:
        _sweep_on(study, missing, total)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Cut each block in turn",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_go_on,
        )
        st.caption(_cost(study, len(missing), total, seconds), width="content")


def _go_on() -> None:
    """Sweep on; a method of the study would keep its graph alive in the button."""
    found = latest_explanation.latest()
    if found is not None:
        found.study.go_on()


def _stop() -> None:
    found = latest_explanation.latest()
    if found is not None:
        found.study.stop()


def _cost(study: BlockFindings, missing: int, total: int, seconds: float) -> str:
    device = "CPU" if study.analysis.network.device.type == "cpu" else "GPU"
    stopped = f"Stopped after {total - missing} of {total} blocks. " if missing < total else ""
    said = duration(seconds)
    return f"{stopped}{said[0].upper()}{said[1:]} on this {device}."


def _sweep_on(study: BlockFindings, missing: tuple[str, ...], total: int) -> NoReturn:
    """Switch off block by block; what is done stays, and another click only interrupts it."""
    before = total - len(missing)
    bar = st.progress(before / total, "Cutting the first block")
    st.button("Cancel", icon=":material/stop_circle:", on_click=_stop)
    with st.container():
        _sweep(
            study,
            missing,
            lambda step: bar.progress(
                (before + step.done) / total,
                f"Without {step.block}: {before + step.done} of {total} blocks",
            ),
        )
    study.stop()
    st.rerun()


def _sweep(
    study: BlockFindings,
    missing: tuple[str, ...],
    on_step: Callable[[SweepStep], object] | None = None,
) -> None:
    """Take a turn for each block, so that others come in between."""
    from explorer.blocks.lesions import sweep

    line = st.empty()
    steps, seconds = sweep(study.analysis, missing), 0.0
    for _ in missing:
        with line.container(), compute_turn():
            started = time.perf_counter()
            step = next(steps)
            seconds += time.perf_counter() - started
        study.swept[step.block] = step.probabilities
        if on_step is not None:
            on_step(step)
    analysis_log.record(study.analysis.network, "sweep", "all", seconds)
