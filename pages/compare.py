"""Compare: what each variant costs, and what it buys."""

from __future__ import annotations

from explorer.ui import compare, layout

layout.header("Compare", "What does each variant cost, and what does it buy?")

with layout.body():
    compare.page()
