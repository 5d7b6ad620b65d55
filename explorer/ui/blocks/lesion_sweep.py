"""The lesion sweep: how much each block, switched off alone, matters for one class."""

from __future__ import annotations

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

AT_ONCE = 0.4  # seconds; a longer sweep waits for its button
LEAST = 1.0  # percentage points that the chart covers at least
_MINUS = "\N{MINUS SIGN}"


def reserve() -> st.delta_generator.DeltaGenerator:
    """Return a container that reserves the chart's position while the rest is drawn."""
    return st.container()


def sweep_chart(
    study: BlockFindings,
    explained: Prediction,
    block: str,
    container: st.delta_generator.DeltaGenerator | None = None,
) -> None:
    """Show how a class's probability changes without each block; compute missing blocks.

    Args:
        study: the findings about the blocks on the photo.
        explained: the class to watch.
        block: name of the block to mark.
        container: the container from `reserve`, if the page goes on below the chart: draw that
            part first, because a sweep may take long; None for the current position.
    """
    blocks = study.analysis.network.blocks[1:]
    with container or st.container():
        st.subheader("Which blocks does this answer need?", anchor=False)
        missing = tuple(name for name in blocks if name not in study.swept)
        with st.container():
            if missing:
                _sweep_or_offer(study, missing, len(blocks))
        done = [name for name in blocks if name in study.swept]
        if done:
            _draw(study, explained, done, block)


def _draw(study: BlockFindings, explained: Prediction, done: list[str], block: str) -> None:
    whole = explained.probability
    changes = {name: 100 * (float(study.swept[name][explained.index]) - whole) for name in done}
    columns = [
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
    block_bars("sweep_chart", label, series, columns, block, least=LEAST)
    st.caption(_in_words(changes, whole))


def _in_words(changes: dict[str, float], whole: float) -> str:
    worst = min(changes, key=lambda name: changes[name])
    least = min(changes, key=lambda name: abs(changes[name]))
    sentence = f"Each block switched off in turn: change in points, from {percent(whole)}."
    if changes[worst] > -0.05:
        return f"{sentence} No single block is needed for this answer."
    return f"{sentence} {worst} is needed most ({_points(changes[worst])}), {least} least."


def _points(change: float) -> str:
    """Write a change in points with its sign; a zero after rounding has none."""
    text = f"{change:+.1f}" if abs(change) < 9.95 else f"{change:+.0f}"
    return "0" if float(text) == 0 else text.replace("-", _MINUS)


def _sweep_or_offer(study: BlockFindings, missing: tuple[str, ...], total: int) -> None:
    """Run a quick sweep at once; offer a slow one with its cost."""
    # On average the part after the cut is half a pass.
    seconds = len(missing) * study.analysis.seconds / 2
    if seconds <= AT_ONCE:
        _sweep(study, missing)
        return
    if study.sweeping:
        _sweep_with_progress(study, missing, total)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Switch each block off in turn",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
        )
        st.caption(_cost(study, len(missing), total, seconds), width="content")


def _start() -> None:
    """Start the sweep; a bound method of the study would keep its graph alive in the button."""
    explanation = latest_explanation.latest()
    if explanation is not None:
        explanation.study.go_on()


def _stop() -> None:
    explanation = latest_explanation.latest()
    if explanation is not None:
        explanation.study.stop()


def _cost(study: BlockFindings, missing: int, total: int, seconds: float) -> str:
    device = "CPU" if study.analysis.network.device.type == "cpu" else "GPU"
    stopped = f"Stopped after {total - missing} of {total} blocks. " if missing < total else ""
    text = duration(seconds)
    return f"{stopped}{text[0].upper()}{text[1:]} on this {device}."


def _sweep_with_progress(study: BlockFindings, missing: tuple[str, ...], total: int) -> NoReturn:
    """Sweep with a progress bar; finished blocks stay, and any other click only interrupts it."""
    already_done = total - len(missing)
    bar = st.progress(already_done / total, "Switching off the first block")
    st.button("Cancel", icon=":material/stop_circle:", on_click=_stop)
    with st.container():
        _sweep(
            study,
            missing,
            lambda step: bar.progress(
                (already_done + step.done) / total,
                f"Without {step.block}: {already_done + step.done} of {total} blocks",
            ),
        )
    study.stop()
    st.rerun()


def _sweep(
    study: BlockFindings,
    missing: tuple[str, ...],
    on_step: Callable[[SweepStep], object] | None = None,
) -> None:
    """Sweep with a turn for each block, so that other sessions compute in between."""
    from explorer.blocks.lesions import sweep

    status = st.empty()
    steps, seconds = sweep(study.analysis, missing), 0.0
    for _ in missing:
        with status.container(), compute_turn() as turn:
            step = next(steps)
        seconds += turn.seconds
        study.swept[step.block] = step.probabilities
        if on_step is not None:
            on_step(step)
    analysis_log.record(study.analysis.network, "sweep", "all", seconds)
