"""Labels and numbers as people write them, the same on the page and in every export."""

from __future__ import annotations


def spoken(label: str) -> str:
    """Write a label as people do: "car side" for "car_side"."""
    return label.replace("_", " ")


def percent(probability: float) -> str:
    """Write a probability so that a small one is not taken for zero."""
    return "< 0.1 %" if probability < 0.0005 else f"{100 * probability:.1f} %"


def written(value: float) -> str:
    """Write a value with three digits, and a real minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
