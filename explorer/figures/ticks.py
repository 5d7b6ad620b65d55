"""Ticks of an axis that counts in multiples."""

from __future__ import annotations

import math


def round_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return 1, 2 and 5 times the powers of ten between two values, and one beyond each.

    Args:
        low: above zero.
        high: not below `low`.

    Returns:
        The ticks with what is written at them, in order.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    first = sum(tick <= low for tick in ticks) - 1
    last = sum(tick < high for tick in ticks)
    return tuple((tick, f"{tick:,g}") for tick in ticks[first : last + 1])
