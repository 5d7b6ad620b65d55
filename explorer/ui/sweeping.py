"""Each block switched off in turn: how much each of them matters for one class."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from explorer import journal
from explorer.ui import costs
from explorer.ui.columns import Column, Series, Tone, columns
from explorer.ui.turn import turn
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.analysis import Prediction
    from explorer.lesions import SweepStep
    from explorer.ui.studies import Study

AT_ONCE = 0.4  # seconds; what takes longer waits for its button
_MINUS = "\N{MINUS SIGN}"


def sweep_chart(study: Study, explained: Prediction, block: str) -> None:
    """Show how the probability of a class changes without each block; compute what is missing."""
    blocks = study.analysis.network.blocks[1:]
    st.subheader("Which blocks does this answer need?", anchor=False)
    missing = tuple(name for name in blocks if name not in study.swept)
    if missing:
        _complete(study, missing, len(blocks))
    done = [name for name in blocks if name in study.swept]
    if done:
        _draw(study, explained, done, block)


def _draw(study: Study, explained: Prediction, done: list[str], block: str) -> None:
    whole = explained.probability
    changes = {name: 100 * (float(study.swept[name][explained.index]) - whole) for name in done}
    shown = [
        Column(
            name,
            (change,),
            _points(change),
            f"{percent(whole + change / 100)} without it, {_points(change)} points",
        )
        for name, change in changes.items()
    ]
    series = (Series(f"{spoken(explained.label)}: change without the block", Tone.ACCENT),)
    label = "Change of the probability without each block, in points"
    columns("sweep_chart", label, series, shown, block)
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


def _complete(study: Study, missing: tuple[str, ...], total: int) -> None:
    """Compute at once what is quick; offer the rest with its cost."""
    seconds = len(missing) * study.analysis.seconds / 2  # what follows a cut is half a pass
    place = st.empty()
    wanted = seconds <= AT_ONCE
    if not wanted:
        with place.container(horizontal=True, vertical_alignment="center", gap="medium"):
            wanted = st.button(
                "Cut each block in turn", type="primary", icon=":material/play_arrow:"
            )
            st.caption(_cost(study, len(missing), total, seconds), width="content")
    if wanted:
        with place.container():
            _sweep(study, missing, total)
        place.empty()


def _cost(study: Study, missing: int, total: int, seconds: float) -> str:
    device = "CPU" if study.analysis.network.device.type == "cpu" else "GPU"
    stopped = f"Stopped after {total - missing} of {total} blocks. " if missing < total else ""
    said = costs.in_words(seconds)
    return f"{stopped}{said[0].upper()}{said[1:]} on this {device}."


def _sweep(study: Study, missing: tuple[str, ...], total: int) -> None:
    """Switch off block by block; any click ends this run, and what is done stays."""
    from explorer.lesions import sweep

    before = total - len(missing)
    bar = st.progress(before / total, "Cutting the first block")
    st.button("Cancel", icon=":material/stop_circle:", key="cancel_sweep")
    line = st.empty()
    steps, seconds = sweep(study.analysis, missing), 0.0
    for _ in missing:
        with line.container(), turn():
            started = time.perf_counter()
            step: SweepStep = next(steps)
            seconds += time.perf_counter() - started
        study.swept[step.block] = step.probabilities
        done = before + step.done
        bar.progress(done / total, f"Without {step.block}: {done} of {total} blocks")
    journal.record(study.analysis.network, "sweep", "all", seconds)
