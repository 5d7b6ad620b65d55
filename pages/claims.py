"""Claims: what is said about ResNets, and what is left of it."""

from __future__ import annotations

from explorer.ui import claims, layout

layout.header("Claims, checked", "What is said about ResNets, and what is left of it?")

with layout.body():
    claims.page()
