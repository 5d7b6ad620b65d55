"""What the charts of a comparison show, before anybody draws them.

The page draws them with plotly (`explorer.figures.plotly_chart`), a file with matplotlib
(`explorer.figures.matplotlib_chart`): both draw what is laid out here.
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
from explorer.weights.cards import ModelCard

LATENCY, THROUGHPUT, TOP1 = METRICS["latency"], METRICS["throughput"], METRICS["top1"]
_LABEL_WIDTH, _LABEL_HEIGHT = 0.14, 0.045  # of the chart's sides: less apart, and labels overlap
WIDE_RANGE = 8.0  # times as much: from here on the axis counts in multiples


def trade_off(
    entries: Sequence[Entry],
    x: Metric,
    y: Metric,
    best: str = "",
    limits: Mapping[str, float | None] = MappingProxyType({}),
) -> Chart:
    """Lay out two measures against each other, with the front.

    Args:
        entries: networks measured under the same conditions; those without a value on the x axis
            are left out.
        x: across.
        y: upwards; a network without a top-1 stands hollow at the foot.
        best: title of the network that the advisor chose.
        limits: name of a measure -> what the reader's budget allows of it.
    """
    placed = [entry for entry in entries if x.read(entry) is not None]
    drawn = _placed(placed, x, y, best)
    full = [mark for mark in drawn if not mark.hollow]
    directions = (x.low_is_good, y.low_is_good)
    kept = tuple(full[at] for at in pareto_front([(mark.x, mark.y) for mark in full], directions))
    marks = {mark.title: mark for mark in drawn}
    return Chart(
        heading=f"{y.title} against {x.title[0].lower()}{x.title[1:]}",
        x=_across(x.heading, [mark.x for mark in drawn], limits.get(x.name)),
        y=Axis(y.heading, limit=limits.get(y.name)),
        series=tuple(
            Series(kin, tuple(marks[one.title] for one in group if one.title in marks))
            for kin, group in _by_kin(placed)
        ),
        front=kept,
        reading=_reading(x, y, any(mark.hollow for mark in drawn)),
        alt=_front_in_words(kept, x, y, len(full)),
    )


def _placed(entries: Sequence[Entry], x: Metric, y: Metric, best: str) -> list[Mark]:
    """Give each network its place; without a top-1 that is the foot of the chart."""
    known = [value for entry in entries if (value := y.read(entry)) is not None]
    foot = min(known, default=0.0) - 0.08 * (max(known, default=0.0) - min(known, default=0.0) or 1)
    drawn = [
        replace(_mark(entry, x, y, foot), best=entry.title == best)
        for entry in entries
        if y.read(entry) is not None or y is TOP1
    ]
    return _apart(drawn, _wide([mark.x for mark in drawn]))


def _across(heading: str, values: Sequence[float], limit: float | None = None) -> Axis:
    """Describe an axis, in multiples where the values are many times as large as others."""
    wide = _wide(values)
    return Axis(heading, wide, round_ticks(min(values), max(values)) if wide else (), limit)


def depth_curve(entries: Sequence[Entry]) -> Chart:
    """Lay out how latency grows with depth, a line for each family of more than one depth."""
    timed = [entry for entry in entries if LATENCY.read(entry) is not None and entry.depth]
    joined = tuple(
        Series(kin, tuple(sorted(map(_by_depth, group), key=lambda mark: mark.x)), True)
        for kin, group in _by_kin(timed)
        if len(group) > 1
    )
    depths = sorted({mark.x for one in joined for mark in one.marks})
    return Chart(
        heading="Latency against depth",
        x=Axis("Layers", ticks=tuple((depth, f"{depth:.0f}") for depth in depths)),
        y=Axis(LATENCY.heading),
        series=joined,
        reading="One line is one family; bars span the middle half of the calls.",
        alt=_lines_in_words(joined, "layers", "ms"),
    )


def batch_curve(entries: Sequence[Entry]) -> Chart:
    """Lay out throughput over batch sizes, a line for each network measured at several."""
    by_title: dict[str, list[Mark]] = {}
    for entry in sorted(entries, key=lambda one: one.row.setup.batch_size):
        if entry.row.throughput is not None:
            by_title.setdefault(entry.title, []).append(_by_batch(entry))
    series = tuple(
        Series(title, tuple(marks), True) for title, marks in by_title.items() if len(marks) > 1
    )
    sizes = sorted({mark.x for one in series for mark in one.marks})
    return Chart(
        heading="Throughput against batch size",
        x=Axis("Photos in one call", True, tuple((size, f"{size:.0f}") for size in sizes)),
        y=Axis(THROUGHPUT.heading),
        series=series,
        reading="A line that rises gains from larger batches; a flat one has no more to gain.",
        alt=_lines_in_words(series, "photos in a call", "images/s"),
    )


def two_devices(here: Sequence[Entry], there: Sequence[Entry], titles: tuple[str, str]) -> Chart:
    """Lay out the latencies of the networks that two devices were both measured with.

    Args:
        here: of one device.
        there: of another.
        titles: of the devices.
    """
    others = {entry.title: entry for entry in there if LATENCY.read(entry) is not None}
    both = [e for e in here if e.title in others and LATENCY.read(e) is not None][::-1]
    rows = list(enumerate(both))
    series = (
        Series(titles[0], tuple(_in_row(entry, at) for at, entry in rows)),
        Series(titles[1], tuple(_in_row(others[entry.title], at) for at, entry in rows)),
    )
    values = [mark.x for one in series for mark in one.marks]
    return Chart(
        heading="Latency on two devices",
        x=_across(LATENCY.heading, values),
        y=Axis("", ticks=tuple((at, entry.title) for at, entry in rows)),
        series=series,
        reading="Further left is faster; one row is one network, bars span the middle half.",
        alt=_pairs_in_words(series),
    )


def _mark(entry: Entry, x: Metric, y: Metric, foot: float) -> Mark:
    across, upwards = x.read(entry), y.read(entry)
    value = NOT_PUBLISHED if upwards is None else f"{y.written(upwards)} {y.unit}"
    weights = f"<br>{entry.accuracy.weights}" if entry.accuracy else ""
    return Mark(
        x=across or 0.0,
        y=foot if upwards is None else upwards,
        title=entry.title,
        label=entry.short,
        detail=f"{x.written(across or 0.0)} {x.unit}<br>{y.title}: {value}{weights}",
        x_span=_span(entry, x),
        y_span=_span(entry, y),
        hollow=upwards is None,
    )


def _span(entry: Entry, measure: Metric) -> tuple[float, float] | None:
    """Return the quartiles of a measure that comes from the calls."""
    latency, setup = entry.row.latency, entry.row.setup
    if latency is None or measure not in (LATENCY, THROUGHPUT):
        return None
    if measure is LATENCY:
        return latency.q1, latency.q3
    return 1000 * setup.batch_size / latency.q3, 1000 * setup.batch_size / latency.q1


def _by_depth(entry: Entry) -> Mark:
    latency = LATENCY.read(entry) or 0.0
    return Mark(
        x=float(entry.depth),
        y=latency,
        title=entry.title,
        detail=f"{LATENCY.written(latency)} ms",
        y_span=_span(entry, LATENCY),
    )


def _by_batch(entry: Entry) -> Mark:
    throughput, size = entry.row.throughput or 0.0, entry.row.setup.batch_size
    return Mark(
        x=float(size),
        y=throughput,
        title=entry.title,
        detail=f"{THROUGHPUT.written(throughput)} images/s at {size} in a call",
        y_span=_span(entry, THROUGHPUT),
    )


def _in_row(entry: Entry, at: float) -> Mark:
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
    grouped = [(kin, list(group)) for kin, group in groupby(ordered, lambda entry: entry.kin)]
    firsts = {kin: at for at, kin in reversed(list(enumerate(entry.kin for entry in entries)))}
    return sorted(grouped, key=lambda pair: firsts[pair[0]])


def _wide(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > WIDE_RANGE


def _apart(marks: Sequence[Mark], multiples: bool) -> list[Mark]:
    """Put the labels of marks that would hit another one's under them."""
    across = [math.log(mark.x) if multiples else mark.x for mark in marks]
    upwards = [mark.y for mark in marks]
    width, height = (max(v, default=0) - min(v, default=0) or 1 for v in (across, upwards))
    done: list[tuple[float, float, Mark]] = []
    for place, height_, mark in sorted(
        zip(across, upwards, marks, strict=True), key=lambda one: one[:2]
    ):
        hit = any(
            abs(place - x) < _LABEL_WIDTH * width
            and abs(height_ - y) < _LABEL_HEIGHT * height
            and not other.below
            for x, y, other in done
        )
        done.append((place, height_, replace(mark, below=hit)))
    changed = {mark.title: mark for _, _, mark in done}
    return [changed[mark.title] for mark in marks]


def _reading(x: Metric, y: Metric, hollow: bool) -> str:
    across = "left" if x.low_is_good else "right"
    upwards = "down" if y.low_is_good else "up"
    told = f"Further {upwards} and {across} is better; the line joins what no other network beats"
    bars = "; bars span the middle half of the calls" if {x, y} & {LATENCY, THROUGHPUT} else ""
    return f"{told}{bars}{'; hollow: weights not published' if hollow else ''}."


def _front_in_words(kept: Sequence[Mark], x: Metric, y: Metric, number: int) -> str:
    named = ", ".join(
        f"{mark.title} ({x.written(mark.x)} {x.unit}, {y.written(mark.y)} {y.unit})"
        for mark in kept
    )
    return f"{y.title} against {x.title} of {number} networks. No other beats: {named or 'none'}."


def _lines_in_words(series: Sequence[Series], across: str, unit: str) -> str:
    told = [
        f"{one.title}: from {one.marks[0].y:.1f} {unit} at {one.marks[0].x:.0f} {across} "
        f"to {one.marks[-1].y:.1f} {unit} at {one.marks[-1].x:.0f}"
        for one in series
    ]
    return ". ".join(told) + "." if told else "Nothing was measured for it."


def _pairs_in_words(series: tuple[Series, Series]) -> str:
    first, second = series
    pairs = zip(first.marks, second.marks, strict=True)
    told = [f"{one.title} {one.x:.1f} and {other.x:.1f} ms" for one, other in pairs]
    return f"Latency on {first.title} and on {second.title}: {', '.join(told[::-1])}."


def round_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return 1, 2 and 5 times the powers of ten between two values, and one beyond each.

    Args:
        low: above zero.
        high: not below `low`.

    Returns:
        The ticks with what is written at them, in order.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    first = sum(tick <= low for tick in ticks) - 1
    last = sum(tick < high for tick in ticks)
    return tuple((tick, f"{tick:,g}") for tick in ticks[first : last + 1])


def accuracy_by_depth(found: Sequence[tuple[int, ModelCard]]) -> Chart:
    """Lay out two accuracies against depth.

    Args:
        found: depth in layers, and the card of the network, in order of depth.
    """
    top1 = Series("Top-1", tuple(_depth_mark(n, card.top1) for n, card in found), True)
    fair = Series(
        "Mean per class", tuple(_depth_mark(n, card.mean_per_class) for n, card in found), True
    )
    ticks = tuple((float(n), str(n)) for n, _ in found)
    best = max(found, key=lambda one: one[1].top1)
    told = ", ".join(f"ResNet-{n} {card.top1:.1f} %" for n, card in found)
    return Chart(
        heading="Accuracy of the built-in networks by depth",
        x=Axis("Layers", multiples=True, ticks=ticks),
        y=Axis("Validation photos right (%)"),
        series=(top1, fair),
        reading=(
            f"All of one recipe, on the same {best[1].photos:,} validation photos; "
            "mean per class counts every category the same."
        ),
        alt=f"Top-1 of the built-in networks: {told}. Best: ResNet-{best[0]}.",
    )


def _depth_mark(layers: int, value: float) -> Mark:
    return Mark(layers, value, f"ResNet-{layers}", f"{value:.1f}", f"{value:.2f} %")
