"""The budget advisor: sliders, and its advice in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.costs.advisor import Advice, Budget, Candidate, advise
from explorer.costs.comparison import Entry
from explorer.costs.metrics import METRICS
from explorer.ui.frame.help_texts import with_term
from explorer.wording import unbroken

_STEPS = 60  # rough number of steps of a slider


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
    """A budget and the advice for it."""

    budget: Budget
    advice: Advice


def candidates(entries: Sequence[Entry]) -> list[Candidate]:
    """Return the networks that have both a time and an accuracy."""
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
        entries: networks to choose from.
        family: name of the networks' group; the reader's limits are kept per group.

    Returns:
        The budget and the advice; None if there is no network to choose from.
    """
    choices = candidates(entries)
    st.subheader("Budget advisor", anchor=False)
    if not choices:
        st.info(
            "Under these conditions no network of this group has both a time and an accuracy.",
            icon=":material/help:",
        )
        return None
    advice_box = st.container()
    limits = {name: _limit(name, slider, entries, family) for name, slider in _SLIDERS.items()}
    budget = Budget(**limits)
    advice = advise(choices, budget)
    with advice_box:
        _show_advice(advice)
    return Advised(budget, advice)


def _show_advice(advice: Advice) -> None:
    icon = ":material/check_circle:" if advice.best else ":material/do_not_disturb_on:"
    box = st.success if advice.best else st.warning
    box(unbroken(advice.sentence), icon=icon)
    runners_up = ", ".join(candidate.title for candidate in advice.fitting[1:])
    if runners_up:
        st.caption(f"Also within the budget: {runners_up}.")


def _limit(name: str, slider: _Slider, entries: Sequence[Entry], family: str) -> float | None:
    """Draw a slider and return its limit; None at the end where every network fits."""
    measure = METRICS[slider.measure]
    values = [value for entry in entries if (value := measure.read(entry)) is not None]
    if not values or min(values) == max(values):
        return None
    step = _step(max(values) - min(values))
    low, high = _range(min(values), max(values), step, slider.at_most)
    no_limit = high if slider.at_most else low
    # A slider of another range is another widget, which takes over the limit that the reader set.
    limit_key, key = f"budget_{family}_{name}", f"budget_{family}_{name}_{low}_{high}"
    previous = st.session_state.get(limit_key)
    start = no_limit if previous is None else min(max(previous, low), high)
    st.session_state.setdefault(key, start)
    chosen = st.slider(
        slider.label,
        low,
        high,
        step=step,
        format="%.1f" if step < 1 else "%.0f",
        key=key,
        help=with_term(f"{measure.about} At the end of the scale: any.", "pareto-front"),
    )
    st.session_state[limit_key] = limit = None if chosen == no_limit else float(chosen)
    return limit


def _range(least: float, most: float, step: float, at_most: bool) -> tuple[float, float]:
    """Return the ends of a slider: at one end every network fits, at the other none does."""
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    if at_most:
        return round(max(0.0, low - step), 6), round(high, 6)
    return round(low, 6), round(high + step, 6)


def _step(span: float) -> float:
    """Return a round step for a slider: 1, 2 or 5 times a power of ten."""
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
