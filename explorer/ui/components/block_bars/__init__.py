"""Bars for every block of a network, by stage; a click or an arrow key chooses the block."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import streamlit as st

from explorer.networks.block_names import stage_of
from explorer.ui.components import component
from explorer.ui.frame import link_state
from explorer.wording import written

WHOLE = "whole"  # a column that is no block, and cannot be chosen

_columns = component(
    __file__,
    '<div class="legend"></div><div class="columns" role="radiogroup"></div>',
)


class BarTone(StrEnum):
    """The colour of a bar; its value is the name in the style sheet."""

    QUIET = "quiet"
    ACCENT = "accent"
    WARM = "warm"


@dataclass(frozen=True)
class BlockBar:
    """What stands above one block.

    Attributes:
        block: its name.
        values: of its bars, in the order of the series; none where it is greyed.
        number: what stands over the bars.
        said: all of it in words.
        greyed: there is nothing to show, for the reason that `said` gives.
    """

    block: str
    values: tuple[float, ...]
    number: str
    said: str
    greyed: bool = False


@dataclass(frozen=True)
class BarSeries:
    """What a bar of each column means."""

    name: str
    tone: BarTone


def block_bars(
    key: str,
    label: str,
    series: Sequence[BarSeries],
    shown: Sequence[BlockBar],
    chosen: str,
    unit: str = "",
    most: float | None = None,
    least: float = 0.0,
) -> None:
    """Draw the columns; a click or an arrow key chooses a block, on all pages.

    Args:
        key: of this chart on the page.
        label: what it shows, for those who do not see it.
        series: what the bars mean.
        shown: a column per block, in the order of the network.
        chosen: the block that is marked.
        unit: of the values, e.g. "%".
        most: the end of the scale; None for the largest value.
        least: how far the scale reaches at the least, so that trifles look like trifles.
    """
    values = [value for column in shown for value in column.values]
    scale = _Scale.over(values, most, least)
    _columns(
        key=key,
        data={
            "label": label,
            "legend": [{"text": one.name, "tone": one.tone} for one in series],
            "zero": scale.part(0.0),
            "ticks": [
                {"at": scale.part(tick), "text": f"{_tick(tick)}{unit}"} for tick in scale.ticks
            ],
            "stages": [
                {"title": stage, "blocks": [_entry(column, series, scale) for column in members]}
                for stage, members in groupby(shown, lambda column: _stage(column.block))
            ],
            "chosen": chosen,
        },
        on_chosen_change=lambda: _choose(key),
    )


@dataclass(frozen=True)
class _Scale:
    """The values at the lower and the upper end of a chart."""

    low: float
    high: float

    @classmethod
    def over(cls, values: list[float], most: float | None, least: float = 0.0) -> _Scale:
        """Reach from zero, or from the lowest value below it, to the highest above it."""
        high = max(0.0, *values, 0.0) if most is None else most
        low = min(0.0, *values, 0.0)
        if high - low < least:
            low, high = (-least, high) if -low > high else (low, least)
        return cls(low, high) if high > low else cls(0.0, 1.0)

    def part(self, value: float) -> float:
        """Where a value lies, as a part of the height."""
        return round((min(value, self.high) - self.low) / (self.high - self.low), 4)

    @property
    def ticks(self) -> list[float]:
        """Round values, about three of them, with zero."""
        step = _rounded((self.high - self.low) / 3)
        first = math.ceil(self.low / step - 1e-9)
        return [step * at for at in range(first, math.floor(self.high / step + 1e-9) + 1)]


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else written(value)


def _rounded(step: float) -> float:
    """Return the closest of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return min((power * times for times in (1, 2, 5, 10)), key=lambda one: abs(one - step))


def _entry(column: BlockBar, series: Sequence[BarSeries], scale: _Scale) -> dict[str, object]:
    ends = [sorted((scale.part(0.0), scale.part(value))) for value in column.values]
    bars = [
        {"from": low, "to": high, "tone": one.tone}
        for (low, high), one in zip(ends, series, strict=False)
    ]
    return {
        "id": column.block,
        "short": column.block.partition(".")[2] or column.block,
        "number": column.number,
        "said": column.said,
        "bars": bars,
        "greyed": column.greyed,
        "still": column.block == WHOLE,
    }


def _stage(block: str) -> str:
    return "" if block == WHOLE else stage_of(block)


def _choose(key: str) -> None:
    link_state.choose(link_state.LAYER, str(st.session_state[key].chosen or ""))
