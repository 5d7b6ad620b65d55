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
from explorer.ui.components.link_choices import LAYER
from explorer.ui.frame import link_state
from explorer.wording import written

WHOLE = "whole"  # a column for the whole network, which cannot be chosen

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
    """The column of one block.

    Attributes:
        block: name of the block.
        values: one value for each bar, in the order of the series; empty if greyed.
        number: text above the bars.
        said: description of the column in words.
        greyed: whether there is nothing to show, for the reason in `said`.
    """

    block: str
    values: tuple[float, ...]
    number: str
    said: str
    greyed: bool = False


@dataclass(frozen=True)
class BarSeries:
    """The name and the colour of one bar of each column."""

    name: str
    tone: BarTone


def block_bars(
    key: str,
    label: str,
    series: Sequence[BarSeries],
    columns: Sequence[BlockBar],
    chosen: str,
    unit: str = "",
    most: float | None = None,
    least: float = 0.0,
) -> None:
    """Draw the columns; a click or an arrow key chooses a block, on all pages.

    Args:
        key: key of this chart on the page.
        label: what the chart shows, for screen readers.
        series: the bars of each column.
        columns: the columns, one for each block, in the order of the network.
        chosen: name of the block to mark.
        unit: unit of the values with a leading space, e.g. " %".
        most: upper end of the scale; None for the largest value.
        least: smallest length of the scale, so that small values look small.
    """
    values = [value for column in columns for value in column.values]
    scale = _Scale.over(values, most, least)
    _columns(
        key=key,
        data={
            "label": label,
            "legend": [{"text": item.name, "tone": item.tone} for item in series],
            "zero": scale.part(0.0),
            "ticks": [
                {"at": scale.part(tick), "text": f"{_tick(tick)}{unit}"} for tick in scale.ticks
            ],
            "stages": [
                {"title": stage, "blocks": [_entry(column, series, scale) for column in members]}
                for stage, members in groupby(columns, lambda column: _stage(column.block))
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
        """Return a scale that contains zero and all values."""
        high = max(0.0, *values, 0.0) if most is None else most
        low = min(0.0, *values, 0.0)
        if high - low < least:
            low, high = (-least, high) if -low > high else (low, least)
        return cls(low, high) if high > low else cls(0.0, 1.0)

    def part(self, value: float) -> float:
        """Return the position of a value as a fraction of the height, 0..1."""
        return round((min(value, self.high) - self.low) / (self.high - self.low), 4)

    @property
    def ticks(self) -> list[float]:
        """About three round values, zero included."""
        step = _rounded((self.high - self.low) / 3)
        first = math.ceil(self.low / step - 1e-9)
        return [
            step * multiple for multiple in range(first, math.floor(self.high / step + 1e-9) + 1)
        ]


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else written(value)


def _rounded(step: float) -> float:
    """Round to the closest of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return min(
        (power * times for times in (1, 2, 5, 10)), key=lambda candidate: abs(candidate - step)
    )


def _entry(column: BlockBar, series: Sequence[BarSeries], scale: _Scale) -> dict[str, object]:
    ends = [sorted((scale.part(0.0), scale.part(value))) for value in column.values]
    bars = [
        {"from": low, "to": high, "tone": item.tone}
        for (low, high), item in zip(ends, series, strict=False)
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
    link_state.choose(LAYER, str(st.session_state[key].chosen or ""))
