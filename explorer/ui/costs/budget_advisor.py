"""The budget advisor: sliders, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.costs.advisor import Advice, Budget, Candidate, advise
from explorer.costs.comparison import Entry
from explorer.costs.metrics import METRICS
from explorer.ui.frame.help_texts import with_term

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


def advisor(entries: Sequence[Entry], family: str) -> Advised | None:
    """Draw the advisor.

    Args:
        entries: networks that may be compared.
        family: of the networks; the reader's limits are kept for each.

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
    limits = {name: _limit(name, slider, entries, family) for name, slider in _SLIDERS.items()}
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


def _limit(name: str, slider: _Slider, entries: Sequence[Entry], family: str) -> float | None:
    """Draw a slider; at the end where everything fits it sets no limit."""
    measure = METRICS[slider.measure]
    values = [value for entry in entries if (value := measure.read(entry)) is not None]
    if not values or min(values) == max(values):
        return None
    step = _step(max(values) - min(values))
    low, high = _range(min(values), max(values), step, slider.at_most)
    free = high if slider.at_most else low
    # A slider of another range is another widget; what the reader set goes over to it.
    wanted, key = f"budget_{family}_{name}", f"budget_{family}_{name}_{low}_{high}"
    kept = st.session_state.get(wanted)
    st.session_state.setdefault(key, free if kept is None else min(max(kept, low), high))
    chosen = st.slider(
        slider.label,
        low,
        high,
        step=step,
        format="%.1f" if step < 1 else "%.0f",
        key=key,
        help=with_term(f"{measure.about} At the end of the scale: any.", "pareto-front"),
    )
    st.session_state[wanted] = limit = None if chosen == free else float(chosen)
    return limit


def _range(least: float, most: float, step: float, at_most: bool) -> tuple[float, float]:
    """Return the ends of a slider: at one everything fits, at the other nothing does."""
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    if at_most:
        return round(max(0.0, low - step), 6), round(high, 6)
    return round(low, 6), round(high + step, 6)


def _step(span: float) -> float:
    """Return a round step for a slider: 1, 2 or 5 times a power of ten."""
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
