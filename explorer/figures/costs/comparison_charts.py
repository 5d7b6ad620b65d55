"""Descriptions of the charts of a comparison, independent of the library that draws them.

The page draws them with plotly (`explorer.figures.plotly_chart`), files are drawn with matplotlib
(`explorer.figures.matplotlib_chart`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType

from explorer.costs.comparison import NOT_PUBLISHED, Entry, pareto_front
from explorer.costs.metrics import METRICS, Metric
from explorer.figures.chart import Axis, Chart, Mark, Series
from explorer.figures.costs.label_places import placed
from explorer.weights.model_cards import ModelCard

LATENCY, THROUGHPUT, TOP1 = METRICS["latency"], METRICS["throughput"], METRICS["top1"]
WIDE_RANGE = 8.0  # largest / smallest value above which an axis is logarithmic


def trade_off(
    entries: Sequence[Entry],
    x: Metric,
    y: Metric,
    best: str = "",
    limits: Mapping[str, float | None] = MappingProxyType({}),
) -> Chart:
    """Describe a chart of two measures against each other, with the Pareto front.

    Args:
        entries: networks measured under the same conditions; those without a value on the x axis
            are left out.
        x: the measure on the horizontal axis.
        y: the measure on the vertical axis; a network without a top-1 is hollow, at its lower end.
        best: the title of the network that the advisor chose; "" for none.
        limits: name of a measure -> the limit of the reader's budget in its unit; None for none.
    """
    measured = [entry for entry in entries if x.read(entry) is not None]
    marks = _trade_off_marks(measured, x, y, best)
    front = _front(marks, x, y)
    corners = [(mark.x, mark.y) for mark in front]
    marks = placed(marks, corners, _has_wide_range([mark.x for mark in marks]))
    full, front = [mark for mark in marks if not mark.hollow], _front(marks, x, y)
    by_title = {mark.title: mark for mark in marks}
    return Chart(
        heading=f"{y.title} against {x.title[0].lower()}{x.title[1:]}",
        x=_value_axis(x.heading, [mark.x for mark in marks], limits.get(x.name)),
        y=_vertical_axis(y, marks, limits.get(y.name)),
        series=tuple(
            Series(kin, tuple(by_title[entry.title] for entry in group if entry.title in by_title))
            for kin, group in _by_kin(measured)
        ),
        front=front,
        reading=_reading(x, y, any(mark.hollow for mark in marks)),
        alt=_front_in_words(front, x, y, len(full)),
    )


def _front(marks: Sequence[Mark], x: Metric, y: Metric) -> tuple[Mark, ...]:
    full = [mark for mark in marks if not mark.hollow]
    directions = (x.low_is_good, y.low_is_good)
    return tuple(full[at] for at in pareto_front([(mark.x, mark.y) for mark in full], directions))


def _vertical_axis(metric: Metric, marks: Sequence[Mark], limit: float | None) -> Axis:
    """Describe the vertical axis; it has no numbers if no network on the chart has a value."""
    if marks and all(mark.hollow for mark in marks):
        return Axis(metric.heading, ticks=((marks[0].y, NOT_PUBLISHED),), ends=(-1.0, 1.0))
    return Axis(metric.heading, limit=limit)


def _trade_off_marks(entries: Sequence[Entry], x: Metric, y: Metric, best: str) -> list[Mark]:
    """Return a mark for each network; without a top-1 it is at the lower end of the y axis."""
    values = [value for entry in entries if (value := y.read(entry)) is not None]
    hollow_y = min(values) - 0.08 * (max(values) - min(values) or 1) if values else 0.0
    return [
        replace(_trade_off_mark(entry, x, y, hollow_y), best=entry.title == best)
        for entry in entries
        if y.read(entry) is not None or y is TOP1
    ]


def _value_axis(heading: str, values: Sequence[float], limit: float | None = None) -> Axis:
    """Describe an axis that is logarithmic if the values have a wide range."""
    wide = _has_wide_range(values)
    return Axis(heading, wide, round_ticks(min(values), max(values)) if wide else (), limit)


def depth_curve(entries: Sequence[Entry]) -> Chart:
    """Describe a chart of latency against depth, with a line for each family of several depths."""
    timed = [entry for entry in entries if LATENCY.read(entry) is not None and entry.depth]
    lines = tuple(
        Series(kin, tuple(sorted(map(_depth_curve_mark, group), key=lambda mark: mark.x)), True)
        for kin, group in _by_kin(timed)
        if len(group) > 1
    )
    depths = sorted({mark.x for line in lines for mark in line.marks})
    return Chart(
        heading="Latency against depth",
        x=Axis("Layers", ticks=tuple((depth, f"{depth:.0f}") for depth in depths)),
        y=Axis(LATENCY.heading),
        series=lines,
        reading="One line is one family; bars span the middle half of the calls.",
        alt=_lines_in_words(lines, "layers", "ms"),
    )


def batch_curve(entries: Sequence[Entry]) -> Chart:
    """Describe a chart of throughput over batch sizes, a line for each network with several."""
    by_title: dict[str, list[Mark]] = {}
    for entry in sorted(entries, key=lambda entry: entry.row.setup.batch_size):
        if entry.row.throughput is not None:
            by_title.setdefault(entry.title, []).append(_batch_curve_mark(entry))
    lines = tuple(
        Series(title, tuple(marks), True) for title, marks in by_title.items() if len(marks) > 1
    )
    sizes = sorted({mark.x for line in lines for mark in line.marks})
    return Chart(
        heading="Throughput against batch size",
        x=Axis("Photos in one call", True, tuple((size, f"{size:.0f}") for size in sizes)),
        y=Axis(THROUGHPUT.heading),
        series=lines,
        reading="A line that rises gains from larger batches; a flat one has no more to gain.",
        alt=_lines_in_words(lines, "photos in a call", "images/s"),
    )


def two_devices(here: Sequence[Entry], there: Sequence[Entry], titles: tuple[str, str]) -> Chart:
    """Describe a chart of the latencies of all networks that were measured on both devices.

    Args:
        here: the networks measured on one device.
        there: the networks measured on the other device.
        titles: the titles of the two devices.
    """
    by_title = {entry.title: entry for entry in there if LATENCY.read(entry) is not None}
    both = [e for e in here if e.title in by_title and LATENCY.read(e) is not None][::-1]
    positions = list(enumerate(both))
    series = (
        Series(titles[0], tuple(_device_mark(entry, at) for at, entry in positions)),
        Series(
            titles[1], tuple(_device_mark(by_title[entry.title], at) for at, entry in positions)
        ),
    )
    values = [mark.x for device in series for mark in device.marks]
    return Chart(
        heading="Latency on two devices",
        x=_value_axis(LATENCY.heading, values),
        y=Axis("", ticks=tuple((at, entry.title) for at, entry in positions)),
        series=series,
        reading="Further left is faster; one row is one network, bars span the middle half.",
        alt=_pairs_in_words(series),
    )


def _trade_off_mark(entry: Entry, x: Metric, y: Metric, hollow_y: float) -> Mark:
    x_value, y_value = x.read(entry), y.read(entry)
    y_text = NOT_PUBLISHED if y_value is None else f"{y.written(y_value)} {y.unit}"
    weights = f"<br>{entry.accuracy.weights}" if entry.accuracy else ""
    return Mark(
        x=x_value or 0.0,
        y=hollow_y if y_value is None else y_value,
        title=entry.title,
        label=entry.short,
        detail=f"{x.written(x_value or 0.0)} {x.unit}<br>{y.title}: {y_text}{weights}",
        x_span=_span(entry, x),
        y_span=_span(entry, y),
        hollow=y_value is None,
    )


def _span(entry: Entry, measure: Metric) -> tuple[float, float] | None:
    """Return the first and third quartile of latency or throughput; None for other measures."""
    latency, setup = entry.row.latency, entry.row.setup
    if latency is None or measure not in (LATENCY, THROUGHPUT):
        return None
    if measure is LATENCY:
        return latency.q1, latency.q3
    return 1000 * setup.batch_size / latency.q3, 1000 * setup.batch_size / latency.q1


def _depth_curve_mark(entry: Entry) -> Mark:
    latency = LATENCY.read(entry) or 0.0
    return Mark(
        x=float(entry.depth),
        y=latency,
        title=entry.title,
        detail=f"{LATENCY.written(latency)} ms",
        y_span=_span(entry, LATENCY),
    )


def _batch_curve_mark(entry: Entry) -> Mark:
    throughput, size = entry.row.throughput or 0.0, entry.row.setup.batch_size
    return Mark(
        x=float(size),
        y=throughput,
        title=entry.title,
        detail=f"{THROUGHPUT.written(throughput)} images/s at {size} in a call",
        y_span=_span(entry, THROUGHPUT),
    )


def _device_mark(entry: Entry, at: float) -> Mark:
    latency = LATENCY.read(entry) or 0.0
    return Mark(
        x=latency,
        y=at,
        title=entry.title,
        detail=f"{LATENCY.written(latency)} ms",
        x_span=_span(entry, LATENCY),
    )


def _by_kin(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    ordered = sorted(entries, key=lambda entry: entry.kin)
    groups = [(kin, list(group)) for kin, group in groupby(ordered, lambda entry: entry.kin)]
    first = {kin: at for at, kin in reversed(list(enumerate(entry.kin for entry in entries)))}
    return sorted(groups, key=lambda pair: first[pair[0]])


def _has_wide_range(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > WIDE_RANGE


def _reading(x: Metric, y: Metric, hollow: bool) -> str:
    horizontal = "left" if x.low_is_good else "right"
    vertical = "down" if y.low_is_good else "up"
    sentences = [
        f"Further {vertical} and {horizontal} is better; no network beats those on the line.",
        "Bars span the middle half of the calls." if {x, y} & {LATENCY, THROUGHPUT} else "",
        "Hollow marks have no accuracy by this recipe." if hollow else "",
    ]
    return " ".join(filter(None, sentences))


def _front_in_words(front: Sequence[Mark], x: Metric, y: Metric, number: int) -> str:
    networks = ", ".join(
        f"{mark.title} ({x.written(mark.x)} {x.unit}, {y.written(mark.y)} {y.unit})"
        for mark in front
    )
    return (
        f"{y.title} against {x.title} of {number} networks. No other beats: {networks or 'none'}."
    )


def _lines_in_words(lines: Sequence[Series], x_unit: str, y_unit: str) -> str:
    sentences = [
        f"{line.title}: from {line.marks[0].y:.1f} {y_unit} at {line.marks[0].x:.0f} {x_unit} "
        f"to {line.marks[-1].y:.1f} {y_unit} at {line.marks[-1].x:.0f}"
        for line in lines
    ]
    return ". ".join(sentences) + "." if sentences else "Nothing was measured for it."


def _pairs_in_words(series: tuple[Series, Series]) -> str:
    first, second = series
    pairs = zip(first.marks, second.marks, strict=True)
    latencies = [f"{mark.title} {mark.x:.1f} and {other.x:.1f} ms" for mark, other in pairs]
    return f"Latency on {first.title} and on {second.title}: {', '.join(latencies[::-1])}."


def round_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return 1, 2 and 5 times the powers of ten between two values, and one tick beyond each.

    Args:
        low: the smallest value, above zero.
        high: the largest value, not below `low`.

    Returns:
        Pairs of a tick and its label, in increasing order.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    first = sum(tick <= low for tick in ticks) - 1
    last = sum(tick < high for tick in ticks)
    return tuple((tick, f"{tick:,g}") for tick in ticks[first : last + 1])


def accuracy_by_depth(cards: Sequence[tuple[int, ModelCard]]) -> Chart:
    """Describe a chart of top-1 and mean accuracy per class against depth.

    Args:
        cards: pairs of the depth in layers and the model card of the network, by depth.
    """
    top1 = Series("Top-1", tuple(_accuracy_mark(n, card.top1) for n, card in cards), True)
    mean_per_class = Series(
        "Mean per class", tuple(_accuracy_mark(n, card.mean_per_class) for n, card in cards), True
    )
    ticks = tuple((float(n), str(n)) for n, _ in cards)
    best = max(cards, key=lambda pair: pair[1].top1)
    values = ", ".join(f"ResNet-{n} {card.top1:.1f} %" for n, card in cards)
    return Chart(
        heading="Accuracy of the built-in networks by depth",
        x=Axis("Layers", multiples=True, ticks=ticks),
        y=Axis("Validation photos right (%)"),
        series=(top1, mean_per_class),
        reading=(
            f"All of one recipe, on the same {best[1].photos:,} validation photos; "
            "mean per class counts every category the same."
        ),
        alt=f"Top-1 of the built-in networks: {values}. Best: ResNet-{best[0]}.",
    )


def _accuracy_mark(layers: int, value: float) -> Mark:
    return Mark(layers, value, f"ResNet-{layers}", f"{value:.1f}", f"{value:.2f} %")
