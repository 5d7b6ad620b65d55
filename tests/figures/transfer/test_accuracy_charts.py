"""Tests of explorer/figures/transfer/accuracy_charts.py."""

from __future__ import annotations

import math

import pytest

from explorer.figures.transfer import accuracy_charts
from explorer.figures.transfer.accuracy_charts import Comparison, CurveLine
from explorer.transfer.answered_photos import ReliabilityBin
from explorer.transfer.intervals import Accuracy


def test_certainty_is_drawn_against_what_was_right_with_its_interval() -> None:
    bins = [
        ReliabilityBin(0.55, Accuracy(0.5, 0.2, 0.8), 4),
        ReliabilityBin(0.9, Accuracy(1.0, 0.7, 1.0), 16),
    ]
    diagonal, found = accuracy_charts.reliability(bins).data
    assert list(diagonal.x) == list(diagonal.y) == [0, 100]
    assert list(found.x) == pytest.approx([55, 90])
    assert list(found.y) == [50, 100]
    assert list(found.error_y.array) == pytest.approx([30, 0])
    assert list(found.error_y.arrayminus) == pytest.approx([30, 30])
    assert found.marker.size[1] > found.marker.size[0]


def test_a_learning_curve_runs_through_the_means_within_its_band() -> None:
    line = CurveLine("probe", (1.0, 4.0), ((0.2, 0.4), (0.6, 0.8)))
    figure = accuracy_charts.over_photos([line], 0.125)
    band, mean = figure.data
    assert list(mean.y) == pytest.approx([30, 70])
    assert list(band.x) == [1, 4, 4, 1]
    assert list(band.y) == pytest.approx([40, 80, 60, 20])
    assert figure.layout.shapes[0].y0 == 12.5
    assert list(figure.layout.xaxis.ticktext) == ["1", "4"]


def test_before_and_after_stand_on_one_row_each() -> None:
    rows = [
        Comparison("all", Accuracy(0.8, 0.7, 0.9), Accuracy(0.95, 0.9, 1.0)),
        Comparison("new", Accuracy(0.8, 0.7, 0.9), Accuracy(0.75, 0.6, 0.85)),
    ]
    figure = accuracy_charts.before_and_after(rows)
    before, after = figure.data
    assert list(before.x) == pytest.approx([80, 80])
    assert list(after.x) == pytest.approx([95, 75])
    assert [math.floor(at + 0.5) for at in before.y] == [0, -1]
    assert [math.floor(at + 0.5) for at in after.y] == [0, -1]
    assert list(figure.layout.yaxis.ticktext) == ["all", "new"]
