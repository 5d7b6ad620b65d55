"""A file that is made when a reader asks for it, and kept until that reader moves on.

Streamlit forgets a file that was made at a click after the second run of any session. In a room
full of people that is sooner than a browser on a slow network comes for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext


def deferred_download(
    label: str, icon: str, name: str, mime: str, made: Callable[[], bytes]
) -> None:
    """Offer a file that is made, in a thread of the server, when the reader asks for it."""
    reader = get_script_run_ctx()

    def content() -> bytes:
        encoded = made()
        if reader is not None:
            _keep(encoded, mime, name, reader)
        return encoded

    st.download_button(
        label,
        data=content,
        file_name=name,
        mime=mime,
        key=f"take_{name.rpartition('.')[2]}",
        icon=icon,
        on_click="ignore",
    )


def _keep(content: bytes, mime: str, name: str, reader: ScriptRunContext) -> None:
    """Hold a file for its reader; their next run clears it, and so does their leaving.

    Args:
        content: of the file.
        mime: its type.
        name: its name.
        reader: the context of the run that offered the file.
    """
    server = runtime.get_instance()
    if not server.is_active_session(reader.session_id):
        return  # they have left: nothing of theirs stays
    # A thread of its own: Streamlit reads from the thread whose file it is.
    thread = threading.Thread(
        target=server.media_file_mgr.add, args=(content, mime, f"deferred.{name}", name, True)
    )
    add_script_run_ctx(thread, reader).start()
    thread.join()
