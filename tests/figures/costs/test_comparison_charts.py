from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from example_run import example_run, row
from explorer.costs.comparison import conditions, entries, pareto_front
from explorer.costs.measurements import NetworkGroup
from explorer.costs.metrics import METRICS
from explorer.figures import matplotlib_chart
from explorer.figures.costs.comparison_charts import (
    batch_curve,
    depth_curve,
    round_ticks,
    trade_off,
    two_devices,
)
from explorer.figures.matplotlib_chart import png, svg
from explorer.figures.plotly_chart import plot
from explorer.weights.published_recipes import PublishedRecipe

RUN = example_run()
USUAL = conditions(RUN, NetworkGroup.IMAGENET)[0]
NEW = entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.NEW, USUAL)
CLASSIC = entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)
LATENCY, TOP1 = METRICS["latency"], METRICS["top1"]


def test_every_network_stands_where_its_numbers_say() -> None:
    chart = trade_off(CLASSIC, LATENCY, TOP1)
    marks = {mark.title: mark for mark in chart.marks}
    assert set(marks) == {entry.title for entry in CLASSIC}
    for entry in CLASSIC:
        latency = entry.row.latency
        assert latency is not None
        assert marks[entry.title].x == latency.median
        assert marks[entry.title].x_span == (latency.q1, latency.q3)
        if entry.accuracy is not None:
            assert marks[entry.title].y == entry.accuracy.top1


def test_what_is_not_published_is_hollow_below_all_others_and_never_on_the_front() -> None:
    chart = trade_off(NEW, LATENCY, TOP1)
    hollow = [mark for mark in chart.marks if mark.hollow]
    full = [mark for mark in chart.marks if not mark.hollow]
    assert {"ResNet-18", "ResNet-34", "VGG-16"} <= {mark.title for mark in hollow}
    assert max(mark.y for mark in hollow) < min(mark.y for mark in full)
    assert all("not published" in mark.detail for mark in hollow)
    assert not set(chart.front) & set(hollow)
    assert "Hollow marks have no accuracy by this recipe." in chart.reading


def test_without_a_single_accuracy_the_axis_has_no_made_up_percentages() -> None:
    """As while the first networks of a run are measured."""
    chart = trade_off([e for e in NEW if e.accuracy is None], LATENCY, TOP1)
    assert chart.marks
    assert all(mark.hollow for mark in chart.marks)
    (at, text), (low, high) = chart.y.ticks[0], chart.y.ends or (0, 0)
    assert text == "not published"
    assert low < at == chart.marks[0].y < high
    assert tuple(plot(chart).layout.yaxis.ticktext) == ("not published",)
    assert b"not published" in svg(chart, "")
    assert not trade_off([], LATENCY, TOP1).marks


def test_the_front_is_what_nothing_beats_in_the_directions_of_the_axes() -> None:
    throughput = METRICS["throughput"]
    for x, low in ((LATENCY, True), (throughput, False)):
        chart = trade_off(CLASSIC, x, TOP1)
        full = [mark for mark in chart.marks if not mark.hollow]
        front = pareto_front([(mark.x, mark.y) for mark in full], (low, False))
        assert list(chart.front) == [full[at] for at in front]
        assert all(mark.title in chart.alt for mark in chart.front)
    assert "up and right is better" in chart.reading


def test_two_costs_can_be_set_against_each_other() -> None:
    chart = trade_off(NEW, METRICS["size"], METRICS["macs"], best="ResNet-50")
    assert len(chart.marks) == len(NEW)
    assert not any(mark.hollow for mark in chart.marks)
    assert [mark.title for mark in chart.marks if mark.best] == ["ResNet-50"]
    assert "down and left is better" in chart.reading


def test_a_network_that_could_not_be_measured_is_left_out() -> None:
    run = example_run(rows=(row("resnet18"), row("resnet50", problem="The memory ran out.")))
    chart = trade_off(
        entries(run, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL), LATENCY, TOP1
    )
    assert [mark.title for mark in chart.marks] == ["ResNet-18"]


def test_latency_grows_along_a_line_for_each_family_of_depths() -> None:
    chart = depth_curve(CLASSIC)
    lines = {series.title: [mark.x for mark in series.marks] for series in chart.series}
    assert lines["ResNet"] == [18, 34, 50, 101, 152]
    assert "Others" not in lines
    assert chart.x.ticks[0] == (18, "18")


def test_batch_sizes_are_joined_for_networks_that_have_several() -> None:
    chart = batch_curve(entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, None))
    lines = {series.title: [mark.x for mark in series.marks] for series in chart.series}
    assert lines == {"ResNet-18": [1, 4], "ResNet-50": [1, 4]}


def test_two_devices_are_compared_where_both_have_a_number() -> None:
    there = example_run(rows=(row("resnet18", faster=4), row("resnet50", faster=4)), name="GPU")
    faster = entries(there, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)
    chart = two_devices(CLASSIC, faster, ("Here", "There"))
    here, other = chart.series
    assert [mark.title for mark in here.marks] == ["ResNet-50", "ResNet-18"]
    for mark, other_mark in zip(here.marks, other.marks, strict=True):
        assert mark.x == pytest.approx(4 * other_mark.x)
        assert mark.y == other_mark.y


@pytest.mark.parametrize(
    "chart",
    [
        trade_off(NEW, LATENCY, TOP1, best="ResNet-50"),
        depth_curve(CLASSIC),
        batch_curve(entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, None)),
        two_devices(CLASSIC, CLASSIC, ("Here", "There")),
    ],
    ids=["trade-off", "depth", "batch", "devices"],
)
def test_page_and_file_draw_the_same_marks(chart: object) -> None:
    figure = plot(chart)  # type: ignore[arg-type]
    hovered = [text for trace in figure.data for text in (trace.hovertext or ())]
    assert len(hovered) == len(chart.marks)  # type: ignore[attr-defined]
    assert png(chart, "Example CPU, 2026").startswith(b"\x89PNG")  # type: ignore[arg-type]
    vector = svg(chart, "Example CPU, 2026").decode()  # type: ignore[arg-type]
    assert "Example CPU, 2026" in vector
    assert chart.series[0].title in vector  # type: ignore[attr-defined]


def test_two_files_are_never_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two readers share the settings of matplotlib."""
    chart, draw_figure = trade_off(NEW, LATENCY, TOP1), matplotlib_chart._figure
    both, met = threading.Barrier(2), []

    def drawing(*arguments: object) -> object:
        try:
            both.wait(0.5)
        except threading.BrokenBarrierError:
            return draw_figure(*arguments)  # type: ignore[arg-type]
        met.append(threading.get_ident())
        return draw_figure(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(matplotlib_chart, "_figure", drawing)
    with ThreadPoolExecutor(2) as threads:
        files = list(threads.map(lambda draw: draw(chart, "Example CPU, 2026"), (png, svg)))
    assert met == []
    assert files[0].startswith(b"\x89PNG")


def test_bars_reach_from_quartile_to_quartile() -> None:
    figure = plot(trade_off(CLASSIC, LATENCY, TOP1))
    trace = next(trace for trace in figure.data if trace.name == "ResNet")
    latency = CLASSIC[0].row.latency
    assert latency is not None
    assert trace.x[0] + trace.error_x.array[0] == pytest.approx(latency.q3)
    assert trace.x[0] - trace.error_x.arrayminus[0] == pytest.approx(latency.q1)


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (30, 900, ["20", "50", "100", "200", "500", "1,000"]),
        (0.07, 0.3, ["0.05", "0.1", "0.2", "0.5"]),
        (20, 200, ["20", "50", "100", "200"]),
        (1, 1, ["1"]),
    ],
)
def test_ticks_are_round_and_reach_around_the_values(
    low: float, high: float, written: list[str]
) -> None:
    ticks = round_ticks(low, high)
    assert [text for _, text in ticks] == written
    assert ticks[0][0] <= low
    assert ticks[-1][0] >= high
