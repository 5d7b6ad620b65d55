"""What the first page needs, prepared while the browser still loads Streamlit's scripts."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from importlib import import_module

from explorer.errors import ExplorerError

# With what they import in turn, all that app.py and the page that opens first import.
_MODULES = ("frame", "style", "waiting", "downloads", "layout", "methods", "options", "prediction")


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
        from explorer.ui import photos

        with suppress(ExplorerError):  # the page will say what is wrong with a sample
            photos.samples()
    finally:
        gc.enable()  # the server starts without collecting garbage
