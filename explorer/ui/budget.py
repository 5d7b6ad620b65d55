"""The budget advisor: sliders, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.advisor import Advice, Budget, Candidate, advise
from explorer.comparison import MEASURES, Entry

_STEPS = 60  # on a slider


@dataclass(frozen=True)
class _Slider:
    label: str
    measure: str
    at_most: bool = True


_SLIDERS = {
    "latency_ms": _Slider("Latency at most (ms)", "latency"),
    "size_mb": _Slider("Size at most (MB)", "size"),
    "memory_mb": _Slider("Peak memory at most (MB)", "memory"),
    "top1": _Slider("Top-1 at least (%)", "top1", at_most=False),
}


@dataclass(frozen=True)
class Advised:
    """What was asked, and the answer."""

    budget: Budget
    advice: Advice


def candidates(entries: Sequence[Entry]) -> list[Candidate]:
    """Take the networks that have both a time and an accuracy."""
    return [
        Candidate(
            entry.title,
            entry.row.latency.median,
            entry.row.size_mb,
            entry.row.peak_memory_mb,
            entry.accuracy.top1,
        )
        for entry in entries
        if entry.row.latency is not None and entry.accuracy is not None
    ]


def advisor(entries: Sequence[Entry], key: str) -> Advised | None:
    """Draw the advisor.

    Args:
        entries: networks that may be compared.
        key: what the sliders' ranges depend on; their places are kept for each.

    Returns:
        The answer; None if there is nothing to choose from.
    """
    offered = candidates(entries)
    st.subheader("Budget advisor", anchor=False)
    if not offered:
        st.info(
            "Under these conditions no network of this group has both a time and an accuracy.",
            icon=":material/help:",
        )
        return None
    place = st.container()
    limits = {name: _limit(name, slider, entries, key) for name, slider in _SLIDERS.items()}
    budget = Budget(**limits)
    advice = advise(offered, budget)
    with place:
        _answer(advice)
    return Advised(budget, advice)


def _answer(advice: Advice) -> None:
    icon = ":material/check_circle:" if advice.best else ":material/do_not_disturb_on:"
    box = st.success if advice.best else st.warning
    box(advice.sentence, icon=icon)
    others = ", ".join(one.title for one in advice.fitting[1:])
    if others:
        st.caption(f"Also within the budget: {others}.")


def _limit(name: str, slider: _Slider, entries: Sequence[Entry], key: str) -> float | None:
    """Draw a slider; at the end where everything fits it sets no limit."""
    measure = MEASURES[slider.measure]
    values = [value for entry in entries if (value := measure.read(entry)) is not None]
    if not values or min(values) == max(values):
        return None
    step = _step(max(values) - min(values))
    low, high = math.floor(min(values) / step) * step, math.ceil(max(values) / step) * step
    if slider.at_most:
        low = max(0.0, low - step)  # one step below the cheapest, where nothing fits
    else:
        high += step
    free = high if slider.at_most else low
    chosen = st.slider(
        slider.label,
        float(low),
        float(high),
        float(free),
        float(step),
        format="%.1f" if step < 1 else "%.0f",
        key=f"budget_{name}_{key}",
        persist_state="session",
        help=f"{measure.about} At the end of the scale: any.",
    )
    return None if chosen == free else float(chosen)


def _step(span: float) -> float:
    """Return a round step for a slider: 1, 2 or 5 times a power of ten."""
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
