from __future__ import annotations

import numpy as np

from explorer.pareto import front


def test_what_another_beats_in_both_or_in_one_is_left_out() -> None:
    points = [(10.0, 70.0), (20.0, 76.0), (25.0, 76.0), (30.0, 75.0), (40.0, 80.0)]
    assert front(points) == [0, 1, 4]


def test_equals_stay_and_the_order_follows_the_first_value() -> None:
    assert front([(5.0, 80.0), (1.0, 70.0), (5.0, 80.0)]) == [1, 0, 2]


def test_directions_are_the_callers() -> None:
    points = [(100.0, 70.0), (50.0, 80.0), (40.0, 75.0)]  # images a second, and top-1
    assert front(points, low_is_good=(False, False)) == [1, 0]
    assert front(points, low_is_good=(True, False)) == [2, 1]


def test_every_point_left_out_is_beaten_and_no_point_kept_is() -> None:
    points = [(float(x), float(y)) for x, y in np.random.default_rng(0).random((60, 2))]
    kept = set(front(points))
    for at, (x, y) in enumerate(points):
        beaten = any(a <= x and b >= y and (a, b) != (x, y) for a, b in points)
        assert beaten == (at not in kept)


def test_nothing_has_an_empty_front() -> None:
    assert front([]) == []
