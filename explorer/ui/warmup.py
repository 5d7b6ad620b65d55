"""What the first page needs, prepared while the browser still loads Streamlit's scripts."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from importlib import import_module

from explorer.errors import ExplorerError

# With what they import in turn, all that app.py and the page that opens first import.
_MODULES = (
    "explain.attribution_methods",
    "explain.explanation_options",
    "explain.export_row",
    "explain.prediction",
    "frame.page_layout",
    "frame.style",
    "frame.waiting_page",
    "sidebar",
)


def start() -> None:
    """Prepare in the background: the server listens meanwhile."""
    threading.Thread(target=prepare, name="warmup", daemon=True).start()


def prepare() -> None:
    """Import the modules of the first page, and make the thumbnails of the samples.

    Torch is not among them: it would keep the processor from the page's first paint.
    """
    try:
        for name in _MODULES:
            import_module(f"explorer.ui.{name}")
        from explorer.ui.photos import session_photos

        with suppress(ExplorerError):  # the page will say what is wrong with a sample
            session_photos.samples()
    finally:
        gc.enable()  # the server starts without collecting garbage
