"""Tests of explorer/lessons/transfer_facts.py, and of what texts say about these records."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from explorer.lessons.facts import fact
from explorer.paths import ASSETS
from explorer.transfer.recorded.results import SHIPPED, Way, compared, ways

SETS = ("caltech_new", "grocery", "clothes")


def test_facts_are_the_recorded_shares() -> None:
    record = json.loads((ASSETS / "transfer" / "learning_curves.json").read_text())
    points = {
        (row["way"], point["per_class"]): point for row in record["rows"] for point in row["points"]
    }
    for way in ("probe", "scratch"):
        accuracies = points[way, 4]["accuracies"]
        mean = 100 * sum(accuracies) / len(accuracies)
        assert fact(f"transfer.curve.{way}.4").value == pytest.approx(mean)
    probe = fact("transfer.caltech_ship.resnet18.probe")
    assert probe.text == f"{probe.value:.1f}\N{NO-BREAK SPACE}%"


def test_two_results_are_compared_photo_by_photo() -> None:
    """The difference is the recorded one where that is known: of a way from the probe."""
    for row in ways().rows:
        probe = ways().find(row.data, row.variant, Way.PROBE)
        if row.data == SHIPPED and row.over_probe and probe:
            difference = compared(row, probe)
            assert difference.value == pytest.approx(row.over_probe.value)
            assert difference.low == pytest.approx(row.over_probe.low)


def test_results_on_other_photos_are_not_compared_photo_by_photo() -> None:
    first, other = (ways().find(data, "resnet18", Way.PROBE) for data in (SHIPPED, "clothes"))
    assert first
    assert other
    with pytest.raises(ValueError, match="photo by photo"):
        compared(first, other)


def test_the_untrained_network_and_scratch_are_told_apart_from_the_probe_and_the_rest_is_not() -> (
    None
):
    """What the lesson says of ways to learn, and of depths."""
    found = {
        row.way: row.over_probe
        for row in ways().rows
        if (row.data, row.variant) == (SHIPPED, "resnet18")
    }
    clear = {way for way, difference in found.items() if difference and difference.is_clear}
    assert clear == {Way.UNTRAINED, Way.SCRATCH}
    first = ways().find(SHIPPED, "resnet18", Way.PROBE)
    assert first
    probes = [row for row in ways().rows if (row.data, row.way) == (SHIPPED, Way.PROBE)]
    assert not any(compared(row, first).is_clear for row in probes)
    assert max(probes, key=lambda row: row.accuracy.value).variant == "resnet50"
    fine_tuned = ways().find("grocery", "resnet18", Way.ALL)
    assert fine_tuned
    assert fine_tuned.over_probe
    assert fine_tuned.over_probe.low > 0
    scratch = ways().find("grocery", "resnet18", Way.SCRATCH)
    assert scratch
    assert scratch.over_probe
    assert not scratch.over_probe.is_clear


def test_each_doubling_brings_less_as_the_lesson_says() -> None:
    means = [fact(f"transfer.curve.probe.{count}").value for count in (1, 2, 4, 8, 12)]
    gains = [after - before for before, after in pairwise(means)]
    assert gains == sorted(gains, reverse=True)
    assert fact("transfer.curve.scratch.12").value < means[0]


def test_fifty_layers_are_ahead_on_the_larger_sets_as_the_lesson_says() -> None:
    for data in SETS:
        shallow, deep = (
            fact(f"transfer.{data}.{name}.probe").value for name in ("resnet18", "resnet50")
        )
        assert shallow < deep


def test_random_hues_close_no_gap_and_no_augmentation_changed_nothing() -> None:
    known, new, known_before, new_before = (
        fact(f"transfer.pitfall.wrong_augmentation.{name}").value
        for name in ("learn", "check", "learn_before", "check_before")
    )
    assert known < known_before
    assert new < new_before
    assert known - new > known_before - new_before
    for name in ("learn", "check"):
        without = fact(f"transfer.pitfall.no_augmentation.{name}")
        assert without == fact(f"transfer.pitfall.no_augmentation.{name}_before")
