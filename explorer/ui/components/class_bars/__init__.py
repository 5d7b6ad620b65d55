"""The most probable classes as bars, one of which is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.ui.components import component, packed
from explorer.wording import percent, spoken

class_bars = component(
    __file__, '<div class="classes" role="radiogroup" aria-label="Class to explain"></div>'
)


def bars(classes: Iterable[tuple[str, float]], chosen: str) -> bytes:
    """Pack the component's data.

    Args:
        classes: label and probability of each class, from top to bottom.
        chosen: label of the chosen class.
    """
    entries = [
        {
            "id": label,
            "label": spoken(label),
            "percent": percent(probability),
            "width": 100 * probability,
        }
        for label, probability in classes
    ]
    return packed({"classes": entries, "chosen": chosen})


def height(count: int) -> int:
    """Return the height of a number of bars, in pixels, as the style sheet lays them out."""
    return 47 * count + 2 * (count - 1)
