"""Gradient norms of all blocks on a logarithmic axis, with one line for each network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import plotly.graph_objects as go

from explorer.figures.palettes import SERIES
from explorer.training.gradient_plans import GradientFlow, GradientOf
from explorer.wording import power, ten

HEIGHT = 360  # pixels
MARGIN = 10.0  # factor beyond the largest and smallest norm, where overflow and zero are drawn
LEAST_DECADES = 4  # of the axis, at the least
_COLOURS = {"plain": SERIES[4], "residual": SERIES[0]}


@dataclass(frozen=True)
class Line:
    """The gradients of one network.

    Attributes:
        title: the name in the legend.
        kind: the kind of network, "plain" or "residual".
        flows: the gradient norms of the blocks, for each seed.
        live: whether the norms were measured in this session; otherwise they are recorded.
    """

    title: str
    kind: str
    flows: tuple[GradientFlow, ...]
    live: bool = False

    def levels(self, of: GradientOf) -> list[tuple[float, float, float]]:
        """Return the lowest, median and highest norm over the seeds, for each block."""
        columns = zip(*(flow.norms(of) for flow in self.flows), strict=True)
        return [(min(column), median(column), max(column)) for column in columns]


@dataclass(frozen=True)
class _AxisRange:
    """The range of the axis: the finite, positive norms, with room for zero and overflow."""

    low: float
    high: float

    @classmethod
    def over(cls, lines: Sequence[Line], of: GradientOf) -> _AxisRange:
        norms = [norm for line in lines for flow in line.flows for norm in flow.norms(of)]
        exponents = [math.log10(norm) for norm in norms if norm and math.isfinite(norm)] or [0.0]
        low, high = min(exponents), max(exponents)
        padding = max(0.0, LEAST_DECADES - (high - low)) / 2
        return cls(10 ** max(low - padding - 0.5, -307), 10 ** min(high + padding + 0.5, 307))

    def clamped(self, norm: float) -> float:
        """Return the drawn value of a norm: zero at the lower end, overflow at the upper one."""
        return min(max(norm, self.low), self.high)


def chart(lines: Sequence[Line], of: GradientOf) -> go.Figure:
    """Draw the lines, the spread over their seeds, and marks for zero and overflow."""
    figure, bounds = go.Figure(), _AxisRange.over(lines, of)
    for line in lines:
        _draw_line(figure, line, line.levels(of), bounds)
    quantity = "input" if of is GradientOf.INPUTS else "first weights"
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "Block, from the first to the last"}, "zeroline": False},
        yaxis={
            "title": {"text": f"Gradient norm at the block's {quantity}"},
            "type": "log",
            "range": [math.log10(bounds.low), math.log10(bounds.high)],
            "automargin": True,
            **_ticks(bounds),
        },
    )
    return figure


def in_words(lines: Sequence[Line], of: GradientOf) -> str:
    """Describe in words how each line changes from the last block to the first."""
    return " ".join(_sentence(line, of) for line in lines)


def _sentence(line: Line, of: GradientOf) -> str:
    ratios = [flow.ratio(of) for flow in line.flows]
    spread = f", from {power(min(ratios))} to {power(max(ratios))}" if len(ratios) > 1 else ""
    seeds = f" (median of {len(ratios)} seeds{spread})" if len(ratios) > 1 else ""
    return (
        f"**{line.title}**: at the first block the gradient is {power(median(ratios))} times as "
        f"strong as at the last one{seeds}."
    )


def _draw_line(
    figure: go.Figure, line: Line, levels: list[tuple[float, float, float]], bounds: _AxisRange
) -> None:
    blocks, colour = list(range(1, len(levels) + 1)), _COLOURS[line.kind]
    low, middle, high = (
        [bounds.clamped(norm) for norm in column] for column in zip(*levels, strict=True)
    )
    if len(line.flows) > 1:
        _draw_spread(figure, low, high, colour)
    figure.add_scatter(
        x=blocks,
        y=middle,
        mode="lines",
        name=line.title,
        line={"color": colour, "width": 2.5, "dash": "dot" if line.live else "solid"},
        hovertext=[
            f"Block {n}: {power(level[1])}" for n, level in zip(blocks, levels, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    zero = [n for n, level in zip(blocks, levels, strict=True) if not level[0]]
    overflow = [n for n, level in zip(blocks, levels, strict=True) if math.isinf(level[2])]
    _draw_marks(
        figure, zero, bounds.low, "exactly zero", {"color": colour, "symbol": "triangle-down"}
    )
    _draw_marks(
        figure, overflow, bounds.high, "overflow", {"color": colour, "symbol": "triangle-up"}
    )


def _draw_spread(figure: go.Figure, low: list[float], high: list[float], colour: str) -> None:
    """Fill the area between the lowest and the highest norm over the seeds."""
    blocks = list(range(1, len(low) + 1))
    figure.add_scatter(
        x=blocks + blocks[::-1],
        y=high + low[::-1],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        opacity=0.25,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _draw_marks(
    figure: go.Figure, blocks: list[int], at: float, name: str, look: dict[str, str]
) -> None:
    """Mark the blocks whose gradient is zero or overflows."""
    if blocks:
        figure.add_scatter(
            x=blocks,
            y=[at] * len(blocks),
            mode="markers",
            name=name,
            marker={**look, "size": 9},
            cliponaxis=False,
            hoverinfo="name",
        )


def _ticks(bounds: _AxisRange) -> dict[str, object]:
    """Return about six ticks at powers of ten."""
    low, high = math.ceil(math.log10(bounds.low)), math.floor(math.log10(bounds.high))
    step = max(1, round((high - low) / 6))
    exponents = range(-(-low // step) * step, high + 1, step)
    return {
        "tickvals": [10.0**exponent for exponent in exponents],
        "ticktext": [ten(exponent) for exponent in exponents],
    }
