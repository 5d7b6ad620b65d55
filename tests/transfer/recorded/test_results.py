"""Tests of what was recorded of the ways to learn: it holds together, and what texts rest on."""

from __future__ import annotations

import pytest

from explorer.transfer.intervals import wilson
from explorer.transfer.recorded.results import SHIPPED, Way, WayResult, curves, pitfalls, ways


def result(data: str, variant: str, way: Way) -> WayResult:
    found = ways().find(data, variant, way)
    assert found is not None
    return found


def test_every_result_is_of_all_photos_to_check_with() -> None:
    assert ways().rows
    for row in ways().rows:
        assert len(row.predicted) == len(row.probabilities) == row.photos.check
        right = round(row.accuracy.value * row.photos.check)
        assert row.accuracy == wilson(right, row.photos.check)
        assert (row.over_probe is None) == (row.way is Way.PROBE)
        assert bool(row.epochs) == row.way.trains == (row.best_epoch is not None)
        if row.over_probe:
            probe = result(row.data, row.variant, Way.PROBE).accuracy.value
            assert row.over_probe.value == pytest.approx(row.accuracy.value - probe)


def test_features_of_a_trained_network_carry_over_and_those_of_an_untrained_one_do_not() -> None:
    shallow, deep = (result("caltech_new", name, Way.PROBE) for name in ("resnet18", "resnet50"))
    assert shallow.accuracy.value >= 0.60
    assert deep.accuracy.value >= 0.64
    assert result("caltech_new", "resnet18", Way.UNTRAINED).accuracy.high < 0.35


@pytest.mark.parametrize("data", [SHIPPED, "caltech_new", "grocery", "clothes"])
def test_the_probe_is_recorded_for_every_set(data: str) -> None:
    for variant in ("resnet18", "resnet50"):
        assert result(data, variant, Way.PROBE).majority < result(data, variant, Way.PROBE).macro


def test_the_shipped_photos_cannot_tell_the_depths_apart() -> None:
    probes = [row.accuracy for row in ways().rows if (row.data, row.way) == (SHIPPED, Way.PROBE)]
    assert len(probes) == 5
    assert max(probe.low for probe in probes) < min(probe.high for probe in probes)


def test_more_photos_are_better_and_scratch_is_worse() -> None:
    for curve in curves().rows:
        assert [point.per_class for point in curve.points] == [1, 2, 4, 8, 12]
        assert {len(point.accuracies) for point in curve.points} == {5}
        means = [sum(point.accuracies) / 5 for point in curve.points]
        assert means[-1] > means[0]


def test_leakage_flatters_and_new_photos_gain_nothing() -> None:
    leak = pitfalls().leakage
    assert leak.after.low > leak.before.value
    assert leak.copied.value == 1
    assert leak.others.low < leak.others_before.value < leak.others.high
    assert leak.found == leak.copies


def test_the_sticker_is_what_the_probe_looks_at() -> None:
    cut = pitfalls().shortcut
    assert cut.after.value < cut.before.value
    assert cut.drawn_after.low > cut.drawn_before.high
    assert cut.corner_before < cut.corner_area < cut.corner_after


def test_imbalance_forgets_the_rare_and_hides_it() -> None:
    uneven = pitfalls().imbalance
    assert uneven is not None
    assert uneven.rare_after.high < uneven.rare_before.low
    assert uneven.as_dealt > uneven.before.value > uneven.after.value
