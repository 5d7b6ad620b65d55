"""Tests of explorer/powers.py."""

from __future__ import annotations

import math

import pytest

from explorer.powers import power


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
