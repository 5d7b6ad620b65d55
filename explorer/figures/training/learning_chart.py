"""Learning curves: error over epochs, or loss over the batches of a live run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from explorer.figures.palettes import SERIES
from explorer.training.recorded_curves import Curve
from explorer.training.twin_training import STEPS, Point

HEIGHT = 360  # pixels
PLAIN, RESIDUAL = SERIES[4], SERIES[0]
_DASHES = {"18": "solid", "34": "dash", "50": "dot"}  # depth in layers -> line style


def over_epochs(curves: Sequence[Curve], training: bool) -> go.Figure:
    """Draw recorded learning curves.

    Args:
        curves: the curves of plain and residual networks.
        training: whether to draw the error on the training photos; otherwise that on the
            validation photos.
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
    split = "Training" if training else "Validation"
    _lay_out(figure, "Epoch", f"{split} photos wrong (%)")
    return figure


def over_steps(recorded: Sequence[Point], live: Sequence[Point]) -> go.Figure:
    """Draw a live run of both twins over a recorded one.

    Args:
        recorded: the points of the recorded run; faint as soon as there are live ones.
        live: the points of the live run so far; empty before it starts.
    """
    figure = go.Figure()
    for points, faint in ((recorded, bool(live)), (live, False)):
        for shortcuts, title, colour in ((False, "Plain", PLAIN), (True, "Residual", RESIDUAL)):
            twin = [point for point in points if point.shortcuts is shortcuts]
            if twin:
                figure.add_scatter(
                    x=[point.step for point in twin],
                    y=[point.loss for point in twin],
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
