"""The most probable classes as bars, one of which is chosen."""

from __future__ import annotations

from explorer.ui.components import component

class_bars = component(
    __file__, '<div class="classes" role="radiogroup" aria-label="Class to explain"></div>'
)


def height(bars: int) -> int:
    """Return the height of a number of bars, in pixels, as the style sheet lays them out."""
    return 47 * bars + 2 * (bars - 1)
