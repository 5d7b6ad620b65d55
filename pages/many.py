"""Many photos: one network, one question, a card for each photo."""

from __future__ import annotations

from explorer.ui import layout, many

layout.header("Many photos", "What does one network make of all of them?")

with layout.body():
    many.page()
