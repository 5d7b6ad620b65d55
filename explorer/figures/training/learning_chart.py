"""How networks learned: error over epochs, or over the batches of a live run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from explorer.figures.palettes import SERIES
from explorer.training.recorded_curves import Curve
from explorer.training.twin_training import STEPS, Point

HEIGHT = 360  # pixels
PLAIN, RESIDUAL = SERIES[4], SERIES[0]
_DASHES = {"18": "solid", "34": "dash", "50": "dot"}  # by depth


def over_epochs(curves: Sequence[Curve], training: bool) -> go.Figure:
    """Draw recorded curves.

    Args:
        curves: of plain and residual networks.
        training: the error on the training photos; otherwise on the validation photos.
    """
    figure = go.Figure()
    for curve in curves:
        figure.add_scatter(
            x=curve.epochs,
            y=curve.training if training else curve.validation,
            mode="lines",
            name=curve.title,
            line={
                "color": PLAIN if curve.is_plain else RESIDUAL,
                "dash": _DASHES[curve.name[-2:]],
                "width": 2.5,
            },
            hovertemplate="%{y:.1f} %",
        )
    whose = "Training" if training else "Validation"
    _lay_out(figure, "Epoch", f"{whose} photos wrong (%)")
    return figure


def over_steps(recorded: Sequence[Point], live: Sequence[Point]) -> go.Figure:
    """Draw a live run, over a recorded one.

    Args:
        recorded: points of both twins, drawn faint.
        live: points of both so far; none before the start.
    """
    figure = go.Figure()
    for points, faint in ((recorded, bool(live)), (live, False)):
        for shortcuts, title, colour in ((False, "Plain", PLAIN), (True, "Residual", RESIDUAL)):
            mine = [point for point in points if point.shortcuts is shortcuts]
            if mine:
                figure.add_scatter(
                    x=[point.step for point in mine],
                    y=[point.loss for point in mine],
                    mode="lines",
                    name=f"{title}, recorded" if points is recorded else f"{title}, live",
                    line={"color": colour, "width": 2 if points is recorded else 3},
                    opacity=0.35 if faint else 1.0,
                    hovertemplate="%{y:.2f}",
                )
    _lay_out(figure, "Batches learned from", "Training loss (nats)")
    figure.update_layout(xaxis_range=[0, STEPS])
    return figure


def _lay_out(figure: go.Figure, across: str, upwards: str) -> None:
    axis: dict[str, Any] = {"zeroline": False, "automargin": True}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x",
        xaxis={"title": {"text": across}, **axis},
        yaxis={"title": {"text": upwards}, "rangemode": "tozero", **axis},
    )
