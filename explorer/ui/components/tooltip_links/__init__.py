"""Links in help texts: without this, the label of a switch swallows clicks on them."""

from __future__ import annotations

from explorer.ui.components import component

_links = component(__file__, "<span hidden></span>")


def enable() -> None:
    """Make the links in help texts clickable."""
    _links(key="doors")
