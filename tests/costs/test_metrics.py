from __future__ import annotations

import pytest

from example_run import example_run, row
from explorer.costs.comparison import conditions, entries
from explorer.costs.measurements import NetworkGroup
from explorer.costs.metrics import METRICS
from explorer.weights.published_recipes import PublishedRecipe

RUN = example_run()
USUAL = conditions(RUN, NetworkGroup.IMAGENET)[0]


def test_a_network_without_weights_in_a_group_has_no_accuracy() -> None:
    by_title = {
        entry.title: entry
        for entry in entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.NEW, USUAL)
    }
    assert METRICS["top1"].read(by_title["ResNet-34"]) is None
    assert METRICS["top1"].read(by_title["ResNet-50"]) == by_title["ResNet-50"].accuracy.top1


def test_measures_say_what_the_row_says_in_their_unit() -> None:
    first = entries(RUN, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)[0]
    values = {name: metric.read(first) for name, metric in METRICS.items()}
    assert first.row.latency is not None
    assert values["latency"] == first.row.latency.median
    assert values["params"] == pytest.approx(first.row.params / 1e6)
    assert values["macs"] == pytest.approx(first.row.macs / 1e9)
    assert values["throughput"] == pytest.approx(1000 / first.row.latency.median)
    assert values["ceiling"] == pytest.approx(100 * first.row.gflops / RUN.ceilings[0].gflops)
    assert values["compile"] is None
    assert values["calls"] == 20


def test_a_row_without_calls_has_no_times_and_says_nothing_wrong() -> None:
    failed = row("resnet152", problem="The memory ran out.")
    run = example_run(rows=(failed,))
    (entry,) = entries(run, NetworkGroup.IMAGENET, PublishedRecipe.CLASSIC, USUAL)
    for name in ("latency", "p95", "throughput", "gflops", "ceiling", "memory"):
        assert METRICS[name].read(entry) is None


def test_every_measure_is_explained_in_a_few_words_and_written_with_its_digits() -> None:
    for metric in METRICS.values():
        assert len(metric.about.split()) <= 20
        assert metric.heading.endswith(")")
    assert METRICS["latency"].written(1234.56) == "1,234.6"
