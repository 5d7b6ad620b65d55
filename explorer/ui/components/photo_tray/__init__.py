"""The photos to choose from, and the pictures that are dropped or pasted on the page."""

from __future__ import annotations

from explorer.ui.components import component

photo_tray = component(
    __file__,
    '<div class="tray" role="radiogroup" aria-label="Photos"></div>'
    '<button class="more" type="button" hidden></button>',
    "cached_photo",
    "photo_arrivals",
)
