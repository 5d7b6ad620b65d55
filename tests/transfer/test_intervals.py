import itertools
import math

import numpy as np
import pytest
from scipy import stats

from explorer.transfer.intervals import (
    Z,
    difference_over_folds,
    over_folds,
    paired_difference,
    wilson,
)


@pytest.mark.parametrize(("correct", "photos"), [(0, 5), (5, 5), (18, 20), (84, 96), (413, 639)])
def test_wilson_is_where_the_score_test_just_holds(correct: int, photos: int) -> None:
    found = wilson(correct, photos)
    expected = stats.binomtest(correct, photos).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert found.value == correct / photos
    for end in (found.low, found.high):
        if 0 < end < 1:  # its own equation
            deviation = math.sqrt(end * (1 - end) / photos)
            assert abs(found.value - end) / deviation == pytest.approx(Z)


def test_ninety_percent_of_twenty_photos() -> None:
    found = wilson(18, 20)
    assert (round(100 * found.low), round(100 * found.high)) == (70, 97)


def test_folds_that_differ_give_the_corrected_interval() -> None:
    accuracies = [0.5, 0.9, 0.7, 0.8, 0.6]
    found = over_folds(accuracies, 0.25, photos=1_000_000)
    deviation = math.sqrt((1 / 5 + 0.25) * np.var(accuracies, ddof=1))
    half = stats.t.ppf(0.975, 4) * deviation
    assert (found.value, found.low) == pytest.approx((0.7, max(0.7 - half, 0)))
    assert found.high == min(1, 0.7 + half)


def test_folds_that_agree_are_no_proof() -> None:
    found, single = over_folds([1.0] * 10, 0.25, photos=30), wilson(30, 30)
    assert (found.value, found.low, found.high) == (1, single.low, 1)


@pytest.mark.parametrize("table", [(40, 12, 3, 5), (10, 0, 0, 2), (0, 9, 0, 0), (2, 3, 30, 2)])
def test_only_photos_on_which_they_differ_count(table: tuple[int, int, int, int]) -> None:
    outcomes = itertools.product((True, False), repeat=2)  # both, the first, the second, neither
    pairs = [pair for count, pair in zip(table, outcomes, strict=True) for pair in [pair] * count]
    first, second = np.array(pairs).T
    found = paired_difference(first, second)
    n, b, c = sum(table), table[1], table[2]
    assert found.value == pytest.approx((b - c) / n)
    more, less = (b + 1) / (n + 2), (c + 1) / (n + 2)  # Bonett and Price, equation 6
    half = Z * math.sqrt((more + less - (more - less) ** 2) / (n + 2))
    low, high = max(-1, more - less - half), min(1, more - less + half)
    assert (found.low, found.high) == pytest.approx((min(low, found.value), max(high, found.value)))
    back = paired_difference(second, first)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    exact = stats.binomtest(b, b + c).pvalue if b + c else 1.0  # McNemar's exact test
    if exact > 0.15 or exact < 0.01:
        assert found.is_clear == (exact < 0.05)


def test_the_paired_interval_holds_the_truth_19_times_in_20() -> None:
    random = np.random.default_rng(0)
    probabilities, held = np.array([0.7, 0.15, 0.05, 0.1]), 0
    for outcomes in random.choice(4, (2000, 60), p=probabilities):
        found = paired_difference(outcomes <= 1, (outcomes == 0) | (outcomes == 2))
        held += found.low <= 0.1 <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_differences_over_folds_use_the_pairs() -> None:
    first, second = [0.5, 0.9, 0.7], [0.4, 0.8, 0.6]
    found = difference_over_folds(first, second, 0.5)
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    found = difference_over_folds([0.5, 0.9, 0.7], [0.9, 0.5, 0.7], 0.5)
    assert not found.is_clear
    assert found.value == pytest.approx(0)
