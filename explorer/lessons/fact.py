"""A number for texts and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from explorer.wording import amount


@dataclass(frozen=True)
class Fact:
    """A number for figures, and its wording for texts.

    Attributes:
        value: the number, as figures use it.
        text: the number with its unit, as texts print it.
    """

    value: float
    text: str

    @classmethod
    def count(cls, value: int) -> Self:
        """Write out a whole number in full: "1,071"."""
        return cls(value, f"{value:,}")

    @classmethod
    def amount(cls, value: int) -> Self:
        """Write a large number with three significant digits: "11.5 G"."""
        return cls(value, amount(value))

    @classmethod
    def percent(cls, value: float, digits: int = 2) -> Self:
        """Write a percentage with its percent sign."""
        return cls(value, f"{value:.{digits}f}\N{NO-BREAK SPACE}%")

    @classmethod
    def tenths(cls, value: float) -> Self:
        """Write a number, such as a ratio, with one decimal."""
        return cls(value, f"{value:.1f}")
