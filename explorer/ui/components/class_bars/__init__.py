"""The most probable classes as bars, one of which is chosen."""

from __future__ import annotations

from explorer.ui.components import component

class_bars = component(
    __file__, '<div class="classes" role="radiogroup" aria-label="Class to explain"></div>'
)
