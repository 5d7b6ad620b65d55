"""The gradient at every block, on a logarithmic axis: one line for each network."""

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
MARGIN = 10.0  # times beyond the largest and the smallest: where zero and overflow are drawn
LEAST_DECADES = 4
_COLOURS = {"plain": SERIES[4], "residual": SERIES[0]}


@dataclass(frozen=True)
class Line:
    """The passes through one network.

    Attributes:
        title: in the legend.
        kind: "plain" or "residual".
        flows: one for each seed.
        live: measured just now, for this reader.
    """

    title: str
    kind: str
    flows: tuple[GradientFlow, ...]
    live: bool = False

    def levels(self, of: GradientOf) -> list[tuple[float, float, float]]:
        """Return lowest, median and highest norm of all seeds, block by block."""
        columns = zip(*(flow.norms(of) for flow in self.flows), strict=True)
        return [(min(column), median(column), max(column)) for column in columns]


@dataclass(frozen=True)
class _Range:
    """What the axis must hold: the finite, positive norms, with room for those that are not."""

    low: float
    high: float

    @classmethod
    def over(cls, lines: Sequence[Line], of: GradientOf) -> _Range:
        norms = [norm for line in lines for flow in line.flows for norm in flow.norms(of)]
        usable = [math.log10(norm) for norm in norms if norm and math.isfinite(norm)] or [0.0]
        low, high = min(usable), max(usable)
        short = max(0.0, LEAST_DECADES - (high - low)) / 2
        return cls(10 ** max(low - short - 0.5, -307), 10 ** min(high + short + 0.5, 307))

    def held(self, norm: float) -> float:
        """Return where a norm is drawn: zero at the lower end, overflow at the upper one."""
        return min(max(norm, self.low), self.high)


def chart(lines: Sequence[Line], of: GradientOf) -> go.Figure:
    """Draw the lines, the spread of their seeds, and marks where a gradient left the numbers."""
    figure, reach = go.Figure(), _Range.over(lines, of)
    for line in lines:
        _draw(figure, line, line.levels(of), reach)
    named = "input" if of is GradientOf.INPUTS else "first weights"
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "Block, from the first to the last"}, "zeroline": False},
        yaxis={
            "title": {"text": f"Gradient norm at the block's {named}"},
            "type": "log",
            "range": [math.log10(reach.low), math.log10(reach.high)],
            "automargin": True,
            **_ticks(reach),
        },
    )
    return figure


def in_words(lines: Sequence[Line], of: GradientOf) -> str:
    """Say what the lines do between the last block and the first."""
    return " ".join(_sentence(line, of) for line in lines)


def _sentence(line: Line, of: GradientOf) -> str:
    ratios = [flow.ratio(of) for flow in line.flows]
    spread = f", from {power(min(ratios))} to {power(max(ratios))}" if len(ratios) > 1 else ""
    seeds = f" (median of {len(ratios)} seeds{spread})" if len(ratios) > 1 else ""
    return (
        f"**{line.title}**: at the first block the gradient is {power(median(ratios))} times as "
        f"strong as at the last one{seeds}."
    )


def _draw(
    figure: go.Figure, line: Line, levels: list[tuple[float, float, float]], reach: _Range
) -> None:
    blocks, colour = list(range(1, len(levels) + 1)), _COLOURS[line.kind]
    low, middle, high = (
        [reach.held(norm) for norm in column] for column in zip(*levels, strict=True)
    )
    if len(line.flows) > 1:
        _fill(figure, low, high, colour)
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
    gone = [n for n, level in zip(blocks, levels, strict=True) if not level[0]]
    lost = [n for n, level in zip(blocks, levels, strict=True) if math.isinf(level[2])]
    _mark(figure, gone, reach.low, "exactly zero", {"color": colour, "symbol": "triangle-down"})
    _mark(figure, lost, reach.high, "overflow", {"color": colour, "symbol": "triangle-up"})


def _fill(figure: go.Figure, low: list[float], high: list[float], colour: str) -> None:
    """Fill what lies between the lowest and the highest of the seeds."""
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


def _mark(figure: go.Figure, blocks: list[int], at: float, name: str, look: dict[str, str]) -> None:
    """Mark the blocks whose gradient is zero, or too large for a number."""
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


def _ticks(reach: _Range) -> dict[str, object]:
    """Write about six powers of ten."""
    low, high = math.ceil(math.log10(reach.low)), math.floor(math.log10(reach.high))
    step = max(1, round((high - low) / 6))
    shown = range(-(-low // step) * step, high + 1, step)
    return {
        "tickvals": [10.0**exponent for exponent in shown],
        "ticktext": [ten(exponent) for exponent in shown],
    }
