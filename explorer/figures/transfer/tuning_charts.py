"""A training on photos of new classes: epoch by epoch, and how far it moved the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from explorer.figures.palettes import QUIET, SERIES
from explorer.transfer.tuning_epoch import Score, TuningEpoch

if TYPE_CHECKING:
    from explorer.transfer.what_it_learned import LinkChange

HEIGHT = 320  # pixels
LEARN, CHOOSE = SERIES[1], SERIES[0]


def curves(epochs: Sequence[TuningEpoch], total: int) -> go.Figure:
    """Draw the accuracy on the photos to learn from and on those to choose on.

    Args:
        epochs: the start and the epochs so far.
        total: number of all epochs.
    """
    figure = go.Figure()
    add_curves(figure, epochs)
    best = [epoch for epoch in epochs if epoch.is_best and epoch.choose is not None]
    if best:
        kept = best[-1]
        figure.add_scatter(
            x=[kept.epoch],
            y=[_percent(kept.choose)],
            mode="markers",
            name="kept",
            marker={"symbol": "circle-open", "size": 15, "color": CHOOSE, "line": {"width": 2}},
            hovertemplate="kept: epoch %{x}<extra></extra>",
        )
    _lay_out(figure)
    figure.update_layout(xaxis_range=[-0.4, total + 0.4])
    return figure


def compared(before: Sequence[TuningEpoch], after: Sequence[TuningEpoch]) -> go.Figure:
    """Draw two trainings that chose nothing: dotted without a pitfall, solid with it."""
    figure = go.Figure()
    add_curves(figure, before, ", without", "dot", "photos to check with")
    add_curves(figure, after, ", with it", "solid", "photos to check with")
    _lay_out(figure)
    return figure


def add_curves(
    figure: go.Figure,
    epochs: Sequence[TuningEpoch],
    whose: str = "",
    dash: str = "solid",
    watched: str = "photos to choose on",
) -> None:
    """Add the curves of a training.

    Args:
        figure: figure that they are added to.
        epochs: the epochs.
        whose: end of the names in the legend.
        dash: style of the lines.
        watched: what the photos are that it does not learn from.
    """
    for title, colour, scores in (
        ("photos to learn from", LEARN, [epoch.learn for epoch in epochs]),
        (watched, CHOOSE, [epoch.choose for epoch in epochs]),
    ):
        if any(score is not None for score in scores):
            figure.add_scatter(
                x=[epoch.epoch for epoch in epochs],
                y=[_percent(score) for score in scores],
                mode="lines+markers",
                name=f"{title}{whose}",
                marker={"size": 5},
                line={"color": colour, "width": 2.5, "dash": dash},
                hovertemplate="epoch %{x}: %{y:.1f} %<extra></extra>",
            )


def moved(changes: Sequence[LinkChange]) -> go.Figure:
    """Draw how far each block moved, as a share of its own length."""
    figure = go.Figure()
    for title, colour, shares in (
        ("weights", SERIES[0], [change.weights for change in changes]),
        ("batch norm's running statistics", QUIET, [change.statistics for change in changes]),
    ):
        if any(shares):
            figure.add_bar(
                x=[change.name for change in changes],
                y=[100 * share for share in shares],
                name=title,
                marker={"color": colour},
                hovertemplate="%{x}: %{y:.2g} %<extra></extra>",
            )
    _lay_out(figure)
    figure.update_layout(
        barmode="group",
        xaxis={"title": {"text": "Block, from the first to the last"}, "type": "category"},
        yaxis={"title": {"text": "Change, of its own length (%)"}},
    )
    return figure


def _percent(score: Score | None) -> float | None:
    return None if score is None else 100 * score.accuracy


def _lay_out(figure: go.Figure) -> None:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": "Epoch"}, "zeroline": False, "automargin": True},
        yaxis={"title": {"text": "Right (%)"}, "zeroline": False, "automargin": True},
    )
