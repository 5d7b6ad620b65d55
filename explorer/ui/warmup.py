"""Preparation of the first page while the browser still loads Streamlit's scripts."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from importlib import import_module

from explorer.errors import ExplorerError

# Together with their own imports, everything that app.py and the first page import.
_MODULES = (
    "all_link_choices",
    "blocks.lesion_switch",
    "blocks.region_test",
    "demo_mode",
    "explain.explanation_options",
    "explain.export_row",
    "explain.method_picker",
    "explain.prediction",
    "frame.page_layout",
    "frame.style",
    "frame.waiting_page",
    "network_bar",
    "recorded_explanation",
    "sidebar",
)


def start() -> None:
    """Prepare in the background, while the server already listens."""
    threading.Thread(target=prepare, name="warmup", daemon=True).start()


def prepare() -> None:
    """Import the modules of the first page, and prepare the sample photos.

    Torch is not among them: its import would delay the first paint of the page.
    """
    try:
        for name in _MODULES:
            import_module(f"explorer.ui.{name}")
        from explorer.ui.photos import session_photos

        with suppress(ExplorerError):  # the page reports a problem with a sample
            session_photos.samples()
    finally:
        gc.enable()  # the server starts with garbage collection disabled
