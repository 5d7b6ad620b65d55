"""Claims: common claims about ResNets, and what holds of them."""

from __future__ import annotations

from explorer.ui.frame import page_layout
from explorer.ui.lessons import claims

page_layout.header("Claims, checked", "What is said about ResNets, and what is left of it?")

with page_layout.body():
    claims.page()
