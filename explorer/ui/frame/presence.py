"""Whether a reader is still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    pass


def presence() -> Callable[[], bool]:
    """Return what tells whether this session is still connected."""
    reader = get_script_run_ctx()
    if reader is None or not runtime.exists():
        return lambda: True
    server, session = runtime.get_instance(), reader.session_id
    return lambda: server.is_active_session(session)
