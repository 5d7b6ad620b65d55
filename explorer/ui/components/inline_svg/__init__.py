"""Drawings on the page: Streamlit takes SVG out of HTML, a component of ours does not."""

from __future__ import annotations

from explorer.ui.components import component

_drawn = component(__file__, '<div class="drawn"></div>')


def inline_svg(key: str, html: str) -> None:
    """Show drawings, and what stands beside them.

    Args:
        key: of the component.
        html: with every text in it escaped.
    """
    _drawn(key=key, data={"html": html})
