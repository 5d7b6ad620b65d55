"""Whatever reaches into Streamlit's and Starlette's insides: one function for each trick.

Each says why it is needed and what happens without it. All other modules import public names only.
`gone` says which of the private names are no longer there: the server logs it at the start, and a
test fails with it. Each trick has a test on the real server or runtime.

Streamlit is imported by the functions, so that importing this module costs nothing.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context:ScriptRunContext"
_UPLOADS = "streamlit.runtime.memory_uploaded_file_manager:MemoryUploadedFileManager"
_SCRIPT_THREAD = "ScriptRunner.scriptThread"  # name of each thread that runs a script
# Module, then a path of attributes in it; a field of a dataclass counts as one.
PRIVATE = (
    "streamlit.net_util:get_external_ip",
    "starlette.formparsers:MultiPartParser.spool_max_size",
    "streamlit.runtime.runtime:Runtime.media_file_mgr",
    "streamlit.runtime.runtime:Runtime.is_active_session",
    "streamlit.runtime.media_file_manager:MediaFileManager.add",
    f"{_CONTEXT}.run_with_active_hash",
    f"{_CONTEXT}.pages_manager",
    f"{_CONTEXT}.session_id",
    f"{_CONTEXT}.uploaded_file_mgr",
    f"{_CONTEXT}.is_history_navigation",
    "streamlit.runtime.pages_manager:PagesManager.main_script_hash",
    f"{_UPLOADS}.remove_file",
    "streamlit.runtime.scriptrunner:get_script_run_ctx",
    "streamlit.runtime.scriptrunner:add_script_run_ctx",
    "streamlit.runtime.caching.ttl_cache:TTLCache.expire",
)
_STORAGE = ("_session_mgr", "_session_storage", "_cache", "expire")  # from a Runtime


def gone(runtime: Any = None) -> list[str]:
    """List the private names that this Streamlit or Starlette no longer has, a sentence each.

    Args:
        runtime: Streamlit's, if it runs; the storage of its sessions is looked at, too.
    """
    missing = [name.replace(":", ".") for name in PRIVATE if not _is_there(name)]
    if runtime is not None and not can_drop_sessions(runtime):
        missing.append(f"Runtime.{'.'.join(_STORAGE)}")
    if not (static_folder() / "index.html").is_file():
        missing.append("streamlit/static/index.html")
    return [f"{name} is gone: see what {__name__} uses it for." for name in missing]


def _is_there(name: str) -> bool:
    module, _, path = name.partition(":")
    try:
        value: Any = import_module(module)
    except ImportError:
        return False
    for attribute in path.split("."):
        fields = getattr(value, "__dataclass_fields__", {})
        if not hasattr(value, attribute) and attribute not in fields:
            return False
        value = getattr(value, attribute, None)
    return True


def static_folder() -> Path:
    """Return the folder of Streamlit's page, scripts and style sheets, without importing it."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("static")


def ask_nobody_for_our_address() -> None:
    """Keep Streamlit from asking a host on the internet for this machine's address.

    It would do so to print the address, and to compare it with the origin of requests. Without
    this, starting the app tells a stranger of it, and offline the start waits for a timeout.
    """
    from streamlit import net_util

    net_util.get_external_ip = _unknown


def _unknown() -> None:
    """Return no address."""


def keep_uploads_in_memory(nbytes: int) -> None:
    """Let Starlette keep an upload of up to `nbytes` in memory.

    It writes larger ones to a temporary file, from 1 MB on by default: photos would touch the disk.
    """
    from starlette.formparsers import MultiPartParser

    MultiPartParser.spool_max_size = nbytes


def drop_expired_sessions(runtime: Any) -> None:
    """Drop the sessions of closed tabs whose time is over, with all that they held.

    Streamlit keeps such a session for two minutes, so that it can come back, but drops it only when
    the next tab closes: the last photos of a lesson would stay in memory overnight.

    Args:
        runtime: Streamlit's.
    """
    expired = runtime._session_mgr._session_storage._cache.expire()
    if expired:
        gc.collect()  # a session refers to itself, and would wait for Python's own next round


def can_drop_sessions(runtime: Any) -> bool:
    """Whether a runtime has what `drop_expired_sessions` needs."""
    value = runtime
    for attribute in _STORAGE:
        if not hasattr(value, attribute):
            return False
        value = getattr(value, attribute)
    return True


def as_entry_script() -> AbstractContextManager[None]:
    """Draw as the entry script does, also from within a page.

    Streamlit tells widgets apart by the script that draws them: drawn by a page, those of the
    sidebar would be new ones on each page, and an upload that is on its way would be lost.
    """
    context = _context()
    assert context is not None  # there is a session, or there is nothing to draw
    return context.run_with_active_hash(context.pages_manager.main_script_hash)


def is_history_navigation() -> bool:
    """Whether this run shows an address that the browser went back or forward to.

    The address alone does not tell: that of a click which comes before the browser has heard of
    the app's latest address is an old one, too, and following it would undo the choice before it.
    """
    context = _context()
    return context is not None and context.is_history_navigation


def presence() -> Callable[[], bool]:
    """Return what tells, from any thread, whether this session is still connected."""
    from streamlit import runtime

    context = _context()
    if context is None or not runtime.exists():
        return lambda: True
    server, session = runtime.get_instance(), context.session_id
    return lambda: server.is_active_session(session)


def hold_download() -> Callable[[bytes, str, str], None]:
    """Return what keeps a file for this session until its next run.

    Streamlit forgets a file that was made at a click after the second run of any session. In a room
    full of people that is sooner than a browser on a slow network comes for it.

    Returns:
        A function of content, MIME type and file name, for any thread; it does nothing once the
        session has gone.
    """
    reader = _context()

    def hold(content: bytes, mime: str, name: str) -> None:
        if reader is not None:
            _hold(content, mime, name, reader)

    return hold


def _hold(content: bytes, mime: str, name: str, reader: ScriptRunContext) -> None:
    from streamlit import runtime
    from streamlit.runtime.scriptrunner import add_script_run_ctx

    server = runtime.get_instance()
    if not server.is_active_session(reader.session_id):
        return  # nothing of theirs stays
    # A thread of its own: Streamlit reads from the thread whose file it is.
    thread = threading.Thread(
        target=server.media_file_mgr.add, args=(content, mime, f"deferred.{name}", name, True)
    )
    add_script_run_ctx(thread, reader).start()
    thread.join()


def drop_upload(file: UploadedFile) -> None:
    """Let go of an upload's bytes, here and in Streamlit.

    Streamlit would keep every uploaded file until the session ends.
    """
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    context = _context()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    file.close()


def let_scripts_end(seconds: float) -> None:
    """Wait for the scripts that still run; the server has told them to stop.

    Streamlit's scripts are daemon threads. One that computes while Python shuts down would end the
    process with "terminate called without an active exception", and with an error for an exit code.

    Args:
        seconds: longest time to wait for all of them together.
    """
    deadline = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name == _SCRIPT_THREAD:
            thread.join(max(0.0, deadline - time.monotonic()))


def _context() -> ScriptRunContext | None:
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    return get_script_run_ctx()
