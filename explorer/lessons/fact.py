"""A number for texts and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from explorer.wording import amount


@dataclass(frozen=True)
class Fact:
    """A number, as figures and as texts take it.

    Attributes:
        value: the number, for figures.
        text: the number with its unit, for texts.
    """

    value: float
    text: str

    @classmethod
    def count(cls, value: int) -> Self:
        """Write a whole number with all its digits: "1,071"."""
        return cls(value, f"{value:,}")

    @classmethod
    def amount(cls, value: int) -> Self:
        """Write a large number with three digits: "11.5 G"."""
        return cls(value, amount(value))

    @classmethod
    def percent(cls, value: float, digits: int = 2) -> Self:
        """Write a percentage with its sign."""
        return cls(value, f"{value:.{digits}f}\N{NO-BREAK SPACE}%")

    @classmethod
    def tenths(cls, value: float) -> Self:
        """Write a number, a ratio for instance, with one digit after the point."""
        return cls(value, f"{value:.1f}")
