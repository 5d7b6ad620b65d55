"""Tests of explorer/figures/training/learning_chart.py and of
explorer/figures/training/gradient_chart.py.
"""

from __future__ import annotations

import math

from explorer.figures.training import gradient_chart, learning_chart
from explorer.figures.training.gradient_chart import Line
from explorer.training.gradient_plans import GradientFlow, GradientOf, GradientPlan, Init
from explorer.training.recorded_curves import curves
from explorer.training.twin_training import Point

PLAN = GradientPlan(8, False, False, Init.HE)


def test_curves_show_the_error_that_was_asked_for() -> None:
    curve = curves()["plain18"]
    for training, values in ((True, curve.training), (False, curve.validation)):
        (line,) = learning_chart.over_epochs([curve], training).data
        assert (line.name, tuple(line.y)) == ("Plain-18", values)


def test_a_recorded_run_grows_faint_beside_a_live_one() -> None:
    points = [Point(False, 10, 1.0, 50.0), Point(True, 10, 0.5, 20.0)]
    alone = learning_chart.over_steps(points, []).data
    beside = learning_chart.over_steps(points, points[:1]).data
    assert [line.opacity for line in alone] == [1.0, 1.0]
    assert [(line.name, line.opacity) for line in beside] == [
        ("Plain, recorded", 0.35),
        ("Residual, recorded", 0.35),
        ("Plain, live", 1.0),
    ]


def test_gradients_are_drawn_with_the_spread_of_their_seeds() -> None:
    flows = tuple(GradientFlow(PLAN, seed, (seed + 1.0,) * 3, (1.0,) * 3) for seed in range(3))
    line = Line("Plain", "plain", flows)
    band, middle = gradient_chart.chart([line], GradientOf.INPUTS).data
    assert list(band.y) == [3.0] * 3 + [1.0] * 3
    assert list(middle.y) == [2.0] * 3
    text = gradient_chart.in_words([line], GradientOf.INPUTS)
    assert "1 times as strong" in text
    assert "median of 3 seeds" in text


def test_zero_and_overflow_are_drawn_as_such() -> None:
    flow = GradientFlow(PLAN, 0, (0.0, 1e-5, math.inf), (1.0, 1.0, 1.0))
    figure = gradient_chart.chart([Line("Plain", "plain", (flow,))], GradientOf.INPUTS)
    _, zero, overflow = figure.data
    assert (zero.name, list(zero.x), zero.marker.symbol) == ("exactly zero", [1], "triangle-down")
    assert (overflow.name, list(overflow.x)) == ("overflow", [3])
    assert zero.y[0] < 1e-5 < overflow.y[0]
