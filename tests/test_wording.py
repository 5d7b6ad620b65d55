"""Tests of explorer/wording.py."""

from __future__ import annotations

import math

import pytest

from explorer.wording import (
    amount,
    listed,
    percent,
    power,
    spoken,
    times,
    unbroken,
    written,
)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9312, "93.1\N{NO-BREAK SPACE}%"),
        (0.9994, "99.9\N{NO-BREAK SPACE}%"),
        (0.9996, ">\N{NO-BREAK SPACE}99.9\N{NO-BREAK SPACE}%"),
        (1.0, "100.0\N{NO-BREAK SPACE}%"),
        (0.0007, "0.1\N{NO-BREAK SPACE}%"),
        (0.0004, "<\N{NO-BREAK SPACE}0.1\N{NO-BREAK SPACE}%"),
        (0.0, "<\N{NO-BREAK SPACE}0.1\N{NO-BREAK SPACE}%"),
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


def test_a_number_stays_on_one_line_with_its_unit_and_nothing_else_does() -> None:
    sentence = "Fetch 103 MB: 5 % of 20 photos in < 3 ms, 12 points, 3 songs and 2 minutes"
    parts = unbroken(sentence).split(" ")
    assert [part.replace("\xa0", " ") for part in parts if "\xa0" in part] == [
        "103 MB:",
        "5 %",
        "< 3 ms,",
        "12 points,",
    ]
