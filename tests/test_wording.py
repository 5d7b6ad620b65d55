"""Tests of explorer/wording.py."""

from __future__ import annotations

import math

import pytest

from explorer.wording import amount, listed, percent, power, spoken, times, written


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9312, "93.1 %"),
        (0.9994, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1.0, "100.0 %"),
        (0.0007, "0.1 %"),
        (0.0004, "< 0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_small_probability_is_not_taken_for_zero(probability: float, expected: str) -> None:
    assert percent(probability) == expected


def test_labels_are_written_as_people_do() -> None:
    assert spoken("car_side") == "car side"


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (0.84321, "0.843"), (-0.5, "\N{MINUS SIGN}0.5")]
)
def test_values_have_three_digits_and_a_real_minus(value: float, expected: str) -> None:
    assert written(value) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0"),
        (999, "999"),
        (14_528, "14.5 k"),
        (999_900, "1000 k"),
        (2_359_296, "2.36 M"),
        (11_513_626_624, "11.5 G"),
    ],
)
def test_large_numbers_keep_three_digits_and_a_unit(count: int, expected: str) -> None:
    assert amount(count).replace("\N{NO-BREAK SPACE}", " ") == expected


def test_words_are_listed_as_people_do() -> None:
    assert [listed("abc"[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_sides_stay_on_one_line() -> None:
    assert times((64, 8)) == "64\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}8"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0521, "0.052"),
        (1.234, "1.2"),
        (21.4, "21"),
        (149.6, "150"),
        (6.5e-44, "6.5 × 10⁻⁴⁴"),  # noqa: RUF001
        (8.61e7, "8.6 × 10⁷"),  # noqa: RUF001
        (math.inf, "∞"),
    ],
)
def test_extreme_numbers_are_powers_of_ten(value: float, text: str) -> None:
    assert power(value).replace("\xa0", " ") == text
