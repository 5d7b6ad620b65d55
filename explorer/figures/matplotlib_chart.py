"""Charts as files, drawn by matplotlib; their caption states device, date and conditions."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

from explorer.costs.comparison import NOT_PUBLISHED
from explorer.figures.chart import Axis, Chart, Mark, Series
from explorer.figures.palettes import QUIET, SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (10.0, 6.25)  # inches
DPI = 160
INK = "#17212B"
MARKERS = ("o", "s", "D", "^", "P", "*")
_LOCK = threading.Lock()  # matplotlib's settings are shared by all threads


def png(chart: Chart, caption: str) -> bytes:
    """Draw a chart as a picture of 1600 x 1000 pixels.

    Args:
        chart: the chart to draw.
        caption: the source of its numbers, printed under it.

    Returns:
        The PNG file.
    """
    return _encode(chart, caption, "png")


def svg(chart: Chart, caption: str) -> bytes:
    """Draw a chart as SVG and keep its text as text; arguments as for `png`."""
    return _encode(chart, caption, "svg")


def _encode(chart: Chart, caption: str, kind: str) -> bytes:
    from matplotlib import rc_context

    with _LOCK, rc_context({"svg.fonttype": "none", "svg.hashsalt": "chart", "font.size": 10}):
        buffer = io.BytesIO()
        metadata = {"Description": f"{chart.heading}. {caption} {chart.alt}"}
        if kind == "svg":
            metadata |= {"Date": None}  # type: ignore[dict-item]  # the caption has the run's date
        _figure(chart, caption).savefig(buffer, format=kind, metadata=metadata)
        return buffer.getvalue()


def _figure(chart: Chart, caption: str) -> Figure:
    """Draw a chart without pyplot, whose state is shared by all threads."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    if len(chart.front) > 1:
        front = [mark.x for mark in chart.front], [mark.y for mark in chart.front]
        axes.plot(*front, ":", color=QUIET, label="Front", zorder=1)
    for number, series in enumerate(chart.series):
        _draw_series(axes, series, number)
    for mark in chart.marks:
        _draw_mark(axes, mark)
    _draw_axes(axes, chart)
    axes.set_title(chart.heading, loc="left", color=INK, fontweight="bold")
    axes.legend(frameon=False, fontsize=9)
    figure.supxlabel(caption, fontsize=8, color=QUIET)
    return figure


def _draw_series(axes: Axes, series: Series, number: int) -> None:
    colour, marker = SERIES[number % len(SERIES)], MARKERS[number % len(MARKERS)]
    for hollow in (False, True):
        marks = [mark for mark in series.marks if mark.hollow is hollow]
        if not marks:
            continue
        axes.errorbar(
            [mark.x for mark in marks],
            [mark.y for mark in marks],
            xerr=_error_bars([(mark.x, mark.x_span) for mark in marks]),
            yerr=_error_bars([(mark.y, mark.y_span) for mark in marks]),
            fmt=f"{marker}-" if series.joined else marker,
            color=colour,
            markerfacecolor="none" if hollow else colour,
            elinewidth=1,
            label=f"{series.title}, {NOT_PUBLISHED}" if hollow else series.title,
        )


def _draw_mark(axes: Axes, mark: Mark) -> None:
    if mark.label:
        (across, up), reach = mark.side.value, 10 if mark.best else 6
        axes.annotate(
            mark.label,
            (mark.x, mark.y),
            (reach * across, reach * up),
            textcoords="offset points",
            ha={1: "left", 0: "center", -1: "right"}[across],
            va={1: "bottom", 0: "center", -1: "top"}[up],
            fontsize=8,
            color=INK,
        )
    if mark.best:
        axes.plot(mark.x, mark.y, "o", ms=18, mfc="none", mec=QUIET, mew=1.5)


def _draw_axes(axes: Axes, chart: Chart) -> None:
    axes.set_xlabel(chart.x.heading)
    axes.set_ylabel(chart.y.heading)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    _set_up_axis(axes, chart.x, "x")
    _set_up_axis(axes, chart.y, "y")
    if chart.x.limit is not None:
        axes.axvline(chart.x.limit, color=QUIET, ls="--", lw=1)
    if chart.y.limit is not None:
        axes.axhline(chart.y.limit, color=QUIET, ls="--", lw=1)


def _set_up_axis(axes: Axes, axis: Axis, which: str) -> None:
    from matplotlib.ticker import NullLocator

    side: Any = getattr(axes, f"{which}axis")
    if axis.multiples:
        getattr(axes, f"set_{which}scale")("log")
        side.set_minor_locator(NullLocator())
    if axis.ends:
        getattr(axes, f"set_{which}lim")(*axis.ends)
    if axis.ticks:
        side.set_ticks([value for value, _ in axis.ticks], [name for _, name in axis.ticks])


def _error_bars(marks: list[tuple[float, tuple[float, float] | None]]) -> list[list[float]] | None:
    if not any(span for _, span in marks):
        return None
    low = [value - span[0] if span else 0.0 for value, span in marks]
    high = [span[1] - value if span else 0.0 for value, span in marks]
    return [low, high]
