"""Tests of explorer/figures/costs/label_places.py."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from explorer.costs.comparison import conditions, entries
from explorer.costs.measurements import NetworkGroup
from explorer.costs.metrics import METRICS
from explorer.costs.result_files import references
from explorer.figures.chart import Chart, Mark, Side
from explorer.figures.costs.comparison_charts import trade_off
from explorer.figures.costs.label_places import NARROW, Box, _Scale, label_box, placed
from explorer.figures.plotly_chart import plot
from explorer.weights.published_recipes import PublishedRecipe

WIDE = (2 * NARROW[0], NARROW[1])


def labels(marks: Sequence[Mark], multiples: bool, size: tuple[float, float]) -> dict[str, Box]:
    """The boxes of the labels by title."""
    scale = _Scale.of(marks, multiples, size)
    return {
        mark.title: label_box(scale.pixels(mark.x, mark.y), mark, mark.side)
        for mark in marks
        if mark.label
    }


def test_a_lone_label_stands_above_its_mark() -> None:
    (mark,) = placed([Mark(1, 1, "one", "one")], [], multiples=False)
    assert (mark.side, mark.label) == (Side.ABOVE, "one")


def test_a_label_leaves_the_line_and_the_bar_that_run_through_its_mark() -> None:
    marks = [Mark(0, 0, "low", "low"), Mark(1, 1, "middle", "middle"), Mark(1.05, 2, "top", "top")]
    result = placed(marks, [(mark.x, mark.y) for mark in marks], multiples=False)
    assert result[1].side not in (Side.ABOVE, Side.BELOW)


def test_a_label_keeps_clear_of_a_ring() -> None:
    marks = [Mark(5, 5, "best", "best", best=True), Mark(5, 5.6, "near", "near"), Mark(0, 9, "far")]
    result = placed([*marks, Mark(9, 0, "last")], [], multiples=False)
    scale = _Scale.of(result, False, NARROW)
    x, y = scale.pixels(5, 5)
    ring = Box(x - 12, y - 12, x + 12, y + 12)
    assert not any(box.overlaps(ring) for box in labels(result, False, NARROW).values())


def test_a_name_that_finds_no_room_is_left_out() -> None:
    crowd = [Mark(1 + i / 1000, 1, f"network {i}", f"network {i}") for i in range(30)]
    result = placed([Mark(0, 0, "origin"), *crowd, Mark(2, 2, "end")], [], multiples=False)
    shown = [mark for mark in result if mark.label]
    assert 3 < len(shown) < 30
    boxes = labels(result, False, NARROW)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))


def reference_charts() -> list[Chart]:
    """The chart that the page opens on, over each cost."""
    run = references().runs[0].run
    under = conditions(run, NetworkGroup.IMAGENET)[0]
    networks = entries(run, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, under)
    costs = ("latency", "throughput", "size", "macs", "memory", "params")
    best = "ResNeXt-101 32x8d"
    return [trade_off(networks, METRICS[cost], METRICS["top1"], best) for cost in costs]


@pytest.mark.parametrize("chart", reference_charts(), ids=lambda chart: chart.x.heading)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "laptop"])
def test_on_the_reference_no_two_names_collide_and_all_find_room(
    chart: Chart, size: tuple[float, float]
) -> None:
    boxes = labels(chart.marks, chart.x.multiples, size)
    assert len(boxes) == len(chart.marks)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
    assert all(box.left > 0 and box.right < size[0] for box in boxes.values())


def test_the_toolbar_has_a_strip_of_its_own_above_the_chart() -> None:
    assert plot(reference_charts()[0]).layout.margin.t >= 32
