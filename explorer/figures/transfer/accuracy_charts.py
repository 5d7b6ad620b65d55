"""Accuracies on photos held back: how certain, after how many photos, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from explorer.figures.palettes import QUIET, SERIES
from explorer.transfer.answered_photos import ReliabilityBin
from explorer.transfer.intervals import Accuracy
from explorer.wording import percent

HEIGHT = 340  # pixels
_ROW, _AROUND = 58, 110  # pixels of a comparison, and of what is around all of them
_BEFORE, _AFTER = QUIET, SERIES[0]


@dataclass(frozen=True)
class CurveLine:
    """A learning curve.

    Attributes:
        title: the name in the legend.
        photos: the numbers of photos of each class.
        draws: the accuracies of the draws at each of them, 0..1.
    """

    title: str
    photos: tuple[float, ...]
    draws: tuple[tuple[float, ...], ...]

    @property
    def means(self) -> list[float]:
        """The mean accuracies in percent."""
        return [100 * sum(own) / len(own) for own in self.draws]


@dataclass(frozen=True)
class Comparison:
    """An accuracy before and after something.

    Attributes:
        title: what it is the accuracy of.
        before: the accuracy before.
        after: the accuracy after.
    """

    title: str
    before: Accuracy
    after: Accuracy


def reliability(bins: Sequence[ReliabilityBin]) -> go.Figure:
    """Draw how often answers are right over how certain they are."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        name="as certain as right",
        line={"color": QUIET, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
    )
    most = max((own.photos for own in bins), default=1)
    figure.add_scatter(
        x=[100 * own.probability for own in bins],
        y=[100 * own.accuracy.value for own in bins],
        mode="lines+markers",
        name="these photos, with 95 % interval",
        line={"color": SERIES[0], "width": 2},
        marker={"size": [7 + 11 * (own.photos / most) ** 0.5 for own in bins]},
        error_y=_bars([own.accuracy for own in bins]),
        hovertext=[
            f"{own.photos} photos: certain {percent(own.probability)}, "
            f"right {percent(own.accuracy.value)}"
            for own in bins
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    _lay_out(figure, "Probability of the answer (%)", "Right (%)")
    figure.update_layout(xaxis_range=[0, 103], yaxis_range=[0, 103])
    return figure


def over_photos(lines: Sequence[CurveLine], chance: float) -> go.Figure:
    """Draw learning curves, each with a band from its worst draw to its best.

    Args:
        lines: the curves.
        chance: the accuracy of guessing, 0..1.
    """
    figure = go.Figure()
    for line, colour in zip(lines, SERIES, strict=False):
        low, high = ([100 * pick(own) for own in line.draws] for pick in (min, max))
        photos = list(line.photos)
        figure.add_scatter(
            x=photos + photos[::-1],
            y=high + low[::-1],
            mode="lines",
            fill="toself",
            fillcolor=colour,
            opacity=0.2,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=photos,
            y=line.means,
            mode="lines+markers",
            name=line.title,
            line={"color": colour, "width": 2.5},
            hovertext=[
                f"{count:g} a class: {mean:.1f} % ({worst:.1f} to {best:.1f})"
                for count, mean, worst, best in zip(photos, line.means, low, high, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.add_hline(100 * chance, line={"color": QUIET, "dash": "dot", "width": 1.5})
    _lay_out(figure, "Photos of each class to learn from", "Right on photos held back (%)")
    ticks = sorted({count for line in lines for count in line.photos})
    figure.update_layout(
        xaxis={"type": "log", "tickvals": ticks, "ticktext": [f"{count:g}" for count in ticks]},
        yaxis_range=[0, 103],
    )
    return figure


def before_and_after(rows: Sequence[Comparison]) -> go.Figure:
    """Draw accuracies before and after, one under the other, with their intervals."""
    figure = go.Figure()
    for title, colour, symbol, shift, shares in (
        ("without", _BEFORE, "circle-open", 0.14, [row.before for row in rows]),
        ("with it", _AFTER, "circle", -0.14, [row.after for row in rows]),
    ):
        figure.add_scatter(
            x=[100 * own.value for own in shares],
            y=[-number + shift for number in range(len(rows))],
            mode="markers+text",
            name=title,
            marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
            text=[f"{100 * own.value:.0f} %" for own in shares],
            textposition="top center" if shift > 0 else "bottom center",
            textfont={"size": 12},
            error_x=_bars(shares),
            hovertext=[
                f"{title}: {percent(own.value)} ({percent(own.low)} to {percent(own.high)})"
                for own in shares
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    _lay_out(figure, "Share of photos (%)", "", _AROUND + _ROW * len(rows))
    figure.update_layout(
        xaxis_range=[0, 104],
        yaxis={
            "tickvals": [-number for number in range(len(rows))],
            "ticktext": [row.title for row in rows],
            "range": [-len(rows) + 0.45, 0.75],  # with room for the labels under the legend
            "showgrid": False,
        },
    )
    return figure


def _bars(shares: Sequence[Accuracy]) -> dict[str, Any]:
    """Describe error bars for 95 % intervals."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [100 * (own.high - own.value) for own in shares],
        "arrayminus": [100 * (own.value - own.low) for own in shares],
        "thickness": 1.5,
        "width": 3,
    }


def _lay_out(figure: go.Figure, across: str, upwards: str, height: int = HEIGHT) -> None:
    axis: dict[str, Any] = {"zeroline": False, "automargin": True}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": across}, **axis},
        yaxis={"title": {"text": upwards}, **axis},
    )
