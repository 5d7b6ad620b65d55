"""Charts for the page, drawn by plotly; colours not set here come from the page's theme."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from explorer.costs.comparison import NOT_PUBLISHED
from explorer.figures.chart import Axis, Chart, Mark, Series
from explorer.figures.palettes import QUIET, SERIES

HEIGHT = 440  # pixels
_LEGEND_OFFSET = 72  # pixels below the chart, with room for the title of the axis
_TOOLBAR = 40  # pixels; plotly's buttons stand there, and not on the chart
_LABEL_SIZE = 11  # pixels
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
# Plotly's own download would show neither device nor date; the app's does.
CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["toImage", "select2d", "lasso2d", "autoScale2d"],
}


def plot(chart: Chart, height: int = HEIGHT) -> go.Figure:
    """Draw a chart.

    Args:
        chart: the chart to draw.
        height: the height of the figure in pixels.
    """
    figure = go.Figure()
    _draw_front(figure, chart)
    for number, series in enumerate(chart.series):
        _draw_series(figure, series, number)
    _draw_best(figure, chart)
    _draw_limits(figure, chart)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": _TOOLBAR, "b": 8},
        legend={"orientation": "h", "y": -_LEGEND_OFFSET / height, "yanchor": "top", "x": 0},
        hovermode="closest",
        xaxis=_axis(chart.x),
        yaxis=_axis(chart.y),
    )
    return figure


def _draw_front(figure: go.Figure, chart: Chart) -> None:
    if len(chart.front) > 1:
        figure.add_scatter(
            x=[mark.x for mark in chart.front],
            y=[mark.y for mark in chart.front],
            mode="lines",
            name="Front",
            line={"color": QUIET, "dash": "dot", "width": 2},
            hoverinfo="skip",
        )


def _draw_series(figure: go.Figure, series: Series, number: int) -> None:
    """Draw the marks of a series; hollow ones without an entry in the legend."""
    colour, symbol = SERIES[number % len(SERIES)], SYMBOLS[number % len(SYMBOLS)]
    marker: dict[str, Any] = {"color": colour, "symbol": symbol, "size": 10}
    title = series.title
    for hollow in (False, True):
        marks = [mark for mark in series.marks if mark.hollow is hollow]
        if not marks:
            continue
        figure.add_scatter(
            x=[mark.x for mark in marks],
            y=[mark.y for mark in marks],
            mode=("lines+" if series.joined else "") + "markers+text",
            name=f"{title}, {NOT_PUBLISHED}" if hollow else title,
            legendgroup=title,
            showlegend=not hollow,
            marker=marker | {"symbol": f"{symbol}-open", "opacity": 0.8} if hollow else marker,
            line={"color": colour, "width": 2},
            text=[_label(mark) for mark in marks],
            textposition=[_text_position(mark) for mark in marks],
            textfont={"size": _LABEL_SIZE},
            cliponaxis=False,
            error_x=_error_bars([mark.x for mark in marks], [mark.x_span for mark in marks]),
            error_y=_error_bars([mark.y for mark in marks], [mark.y_span for mark in marks]),
            hovertext=[f"<b>{mark.title}</b><br>{mark.detail}" for mark in marks],
            hovertemplate="%{hovertext}<extra></extra>",
        )


def _label(mark: Mark) -> str:
    """Return the text beside a mark, with the space that plotly leaves to error bar and ring."""
    across, up = mark.side.value
    space = "\N{NO-BREAK SPACE}" * (2 if mark.best else 1)
    text = {1: f"{space}{mark.label}", 0: mark.label, -1: f"{mark.label}{space}"}[across]
    if not (mark.best and up and mark.label):
        return text
    return f"{text}<br>{space}" if up > 0 else f"{space}<br>{text}"


def _text_position(mark: Mark) -> str:
    across, up = mark.side.value
    vertical = {1: "top", 0: "middle", -1: "bottom"}[up]
    return f"{vertical} { ({1: 'right', 0: 'center', -1: 'left'}[across]) }"


def _draw_best(figure: go.Figure, chart: Chart) -> None:
    """Draw a ring around the advisor's choice."""
    best = [mark for mark in chart.marks if mark.best]
    if best:
        figure.add_scatter(
            x=[mark.x for mark in best],
            y=[mark.y for mark in best],
            mode="markers",
            name="Best within the budget",
            marker={"symbol": "circle-open", "size": 22, "color": QUIET, "line": {"width": 2}},
            hoverinfo="skip",
        )


def _draw_limits(figure: go.Figure, chart: Chart) -> None:
    line = {"color": QUIET, "width": 1, "dash": "dash"}
    if chart.x.limit is not None:
        figure.add_vline(chart.x.limit, line=line)
    if chart.y.limit is not None:
        figure.add_hline(chart.y.limit, line=line)


def _axis(axis: Axis) -> dict[str, Any]:
    options: dict[str, Any] = {
        "title": {"text": axis.heading},
        "automargin": True,
        "type": "log" if axis.multiples else "linear",
        "zeroline": False,
    }
    if axis.ends:
        options |= {"range": axis.ends}
    if axis.ticks:
        options |= {
            "tickvals": [value for value, _ in axis.ticks],
            "ticktext": [name for _, name in axis.ticks],
        }
    return options


def _error_bars(
    values: list[float], spans: list[tuple[float, float] | None]
) -> dict[str, Any] | None:
    """Describe error bars from the first to the third quartile."""
    if not any(spans):
        return None
    pairs = list(zip(values, spans, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [span[1] - value if span else 0 for value, span in pairs],
        "arrayminus": [value - span[0] if span else 0 for value, span in pairs],
        "thickness": 1.5,
        "width": 0,
    }
