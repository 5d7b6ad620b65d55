"""The browser's history: one step back for each thing that the reader does."""

from __future__ import annotations

from explorer.ui.components import component

_history = component(__file__, "<span hidden></span>")


def keep_short() -> None:
    """Let an address that the app changes by itself take the place of the one before."""
    _history(key="browser_history")
