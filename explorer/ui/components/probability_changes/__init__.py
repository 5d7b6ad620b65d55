"""The best classes before and after a change: bars for the new answer, ticks for the old one."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.blocks.probability_changes import ProbabilityChange
from explorer.ui.components import component
from explorer.wording import percent, spoken

_ROW, _GAP = 31, 10  # pixels, as the style sheet has them
LEGEND = "Bars: now. Ticks: before."

_moves = component(__file__, '<ul class="moves"></ul>')


def show(key: str, changes: Sequence[ProbabilityChange], watched: str) -> None:
    """Show classes before and after a change.

    Args:
        key: key of this list on the page.
        changes: the classes with both probabilities, most probable first.
        watched: label of the class to mark.
    """
    _moves(
        key=key,
        data={
            "label": "Classes before and after",
            "moves": [
                {
                    "label": spoken(change.label),
                    "before": percent(change.before),
                    "after": percent(change.after),
                    "widths": [100 * change.before, 100 * change.after],
                    "asked": change.label == watched,
                }
                for change in changes
            ],
        },
        height=_ROW * len(changes) + _GAP * (len(changes) - 1),
    )


def in_words(change: ProbabilityChange) -> str:
    """Describe how far the probability of a class moved."""
    sentence = (
        f"{spoken(change.label)}: {percent(change.before)} before, {percent(change.after)} now"
    )
    if abs(change.points) < 0.05:
        return f"{sentence}, as good as unmoved."
    sign = "+" if change.points > 0 else "\N{MINUS SIGN}"
    return f"{sentence} ({sign}{abs(change.points):.1f}\N{NO-BREAK SPACE}points)."
