"""Numbers of any size, as people write them: 0.03, 12, 6.5 x 10^-44."""

from __future__ import annotations

import math

_RAISED = str.maketrans(
    "-0123456789",
    "\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}"
    "\N{SUPERSCRIPT THREE}\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}"
    "\N{SUPERSCRIPT SEVEN}\N{SUPERSCRIPT EIGHT}\N{SUPERSCRIPT NINE}",
)


def power(value: float) -> str:
    """Write a number from zero up with two digits; as a power of ten where it is extreme."""
    if math.isinf(value):
        return "\N{INFINITY}"
    if value == 0 or 0.001 <= value < 1000:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return (
        f"{digits}\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{ten(int(exponent))}"
    )


def ten(exponent: int) -> str:
    """Write a power of ten: "10" with a raised exponent."""
    return f"10{str(exponent).translate(_RAISED)}"
