"""How the best classes moved: bars for the new answer, ticks where the old one was."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.blocks.probability_changes import ProbabilityChange
from explorer.ui.components import component
from explorer.wording import percent, spoken

LEGEND = "Bars: now. Ticks: before."

_moves = component(__file__, '<ul class="moves"></ul>')


def show(key: str, shown: Sequence[ProbabilityChange], asked: str) -> None:
    """Show classes before and after a change.

    Args:
        key: of this list on the page.
        shown: the classes, most probable first.
        asked: the label of the class to mark.
    """
    _moves(
        key=key,
        data={
            "label": "Classes before and after",
            "moves": [
                {
                    "label": spoken(move.label),
                    "before": percent(move.before),
                    "after": percent(move.after),
                    "widths": [100 * move.before, 100 * move.after],
                    "asked": move.label == asked,
                }
                for move in shown
            ],
        },
    )


def in_words(move: ProbabilityChange) -> str:
    """Say how far a class moved."""
    said = f"{spoken(move.label)}: {percent(move.before)} before, {percent(move.after)} now"
    if abs(move.points) < 0.05:
        return f"{said}, as good as unmoved."
    sign = "+" if move.points > 0 else "\N{MINUS SIGN}"
    return f"{said} ({sign}{abs(move.points):.1f} points)."
