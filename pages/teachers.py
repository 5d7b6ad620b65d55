"""For teachers: what the lessons show, how long they take, what goes wrong, and sheets to print."""

from __future__ import annotations

from explorer.ui import layout, teaching

layout.header("For teachers", "What do the lessons show, and what do students get wrong?")

with layout.body():
    teaching.page()
