"""A file that is made when a reader asks for it, and kept until that reader moves on.

Streamlit drops a file that was made at a click after the second run of any session. With many
readers at once, that is before a browser on a slow network fetches it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext


def deferred_download(
    label: str, icon: str, name: str, mime: str, make: Callable[[], bytes]
) -> None:
    """Offer a file that a thread of the server makes when the reader asks for it."""
    context = get_script_run_ctx()

    def content() -> bytes:
        encoded = make()
        if context is not None:
            _store(encoded, mime, name, context)
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


def _store(content: bytes, mime: str, name: str, context: ScriptRunContext) -> None:
    """Store a file for its reader until their next run, or until they leave.

    Args:
        content: content of the file.
        mime: MIME type of the file.
        name: name of the file.
        context: context of the run that offered the file.
    """
    server = runtime.get_instance()
    if not server.is_active_session(context.session_id):
        return  # they have left: store nothing of theirs
    # A thread of its own: Streamlit takes the owner of a file from the thread.
    thread = threading.Thread(
        target=server.media_file_mgr.add, args=(content, mime, f"deferred.{name}", name, True)
    )
    add_script_run_ctx(thread, context).start()
    thread.join()
