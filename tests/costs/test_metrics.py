from __future__ import annotations

import pytest
from example_run import example_run, row

from explorer.costs.comparison import conditions, entries
from explorer.costs.measurements import Family
from explorer.costs.metrics import MEASURES
from explorer.weights.recipes import Recipe

RUN = example_run()
USUAL = conditions(RUN, Family.IMAGENET)[0]


def test_a_network_without_weights_in_a_group_has_no_accuracy() -> None:
    found = {one.title: one for one in entries(RUN, Family.IMAGENET, Recipe.NEW, USUAL)}
    assert MEASURES["top1"].read(found["ResNet-34"]) is None
    assert MEASURES["top1"].read(found["ResNet-50"]) == found["ResNet-50"].accuracy.top1


def test_measures_say_what_the_row_says_in_their_unit() -> None:
    first = entries(RUN, Family.IMAGENET, Recipe.CLASSIC, USUAL)[0]
    read = {name: measure.read(first) for name, measure in MEASURES.items()}
    assert first.row.latency is not None
    assert read["latency"] == first.row.latency.median
    assert read["params"] == pytest.approx(first.row.params / 1e6)
    assert read["macs"] == pytest.approx(first.row.macs / 1e9)
    assert read["throughput"] == pytest.approx(1000 / first.row.latency.median)
    assert read["ceiling"] == pytest.approx(100 * first.row.gflops / RUN.ceilings[0].gflops)
    assert read["compile"] is None
    assert read["calls"] == 20


def test_a_row_without_calls_has_no_times_and_says_nothing_wrong() -> None:
    failed = row("resnet152", problem="The memory ran out.")
    run = example_run(rows=(failed,))
    (entry,) = entries(run, Family.IMAGENET, Recipe.CLASSIC, USUAL)
    for name in ("latency", "p95", "throughput", "gflops", "ceiling", "memory"):
        assert MEASURES[name].read(entry) is None


def test_every_measure_is_explained_in_a_few_words_and_written_with_its_digits() -> None:
    for measure in MEASURES.values():
        assert len(measure.about.split()) <= 20
        assert measure.heading.endswith(")")
    assert MEASURES["latency"].written(1234.56) == "1,234.6"
