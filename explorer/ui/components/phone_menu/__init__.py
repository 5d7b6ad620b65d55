"""The menu of pages and photos: on a phone it covers the page, so it closes once that changes."""

from __future__ import annotations

from explorer.ui.components import component, packed

_menu = component(__file__, "<span hidden></span>")


def close_after(shown: str) -> None:
    """Close the menu where it covers the page, as soon as the page shows something else.

    Args:
        shown: everything that a choice in the menu changes, in any words.
    """
    _menu(key="phone_menu", data=packed({"shown": shown}))
