"""SVG drawings on the page: Streamlit removes SVG from HTML, this component does not."""

from __future__ import annotations

from explorer.ui.components import component

_svg = component(__file__, '<div class="drawn"></div>')


def inline_svg(key: str, html: str) -> None:
    """Show HTML with SVG drawings in it.

    Args:
        key: key of the component on the page.
        html: the HTML, with every text in it escaped.
    """
    _svg(key=key, data={"html": html})
