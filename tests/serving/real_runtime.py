"""Streamlit's own runtime without a web server, for the tests of what reaches into it."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from explorer.paths import ENTRY_SCRIPT


class Browser:
    """A tab that is connected, and reads nothing."""

    client_context = None

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Drop a message."""


class Server:
    """A runtime of Streamlit's, with its uploads; closed tabs may come back for a while."""

    def __init__(self, ttl_seconds: int = 0, script: Path = ENTRY_SCRIPT) -> None:
        self.uploads = MemoryUploadedFileManager("/upload")
        self.runtime = Runtime(
            RuntimeConfig(
                script_path=str(script),
                media_file_storage=MemoryMediaFileStorage("/media"),
                uploaded_file_manager=self.uploads,
                session_storage=MemorySessionStorage(ttl_seconds=ttl_seconds),
            )
        )

    def run(self, visit: Callable[[], Awaitable[None]]) -> None:
        """Run the runtime while a coroutine lasts."""

        async def serve() -> None:
            await self.runtime.start()
            await visit()
            self.runtime.stop()
            await self.runtime.stopped

        asyncio.run(asyncio.wait_for(serve(), 60))

    def open_tab(self) -> str:
        """Connect a tab, and return the name of its session."""
        return self.runtime.connect_session(Browser(), {})

    def run_script(self, session: str) -> None:
        """Ask for a run, as a tab does that was just opened."""
        message = BackMsg()
        message.rerun_script.SetInParent()
        self.runtime.handle_backmsg(session, message)

    def state_of(self, session: str) -> weakref.ref[Any]:
        """Return a weak reference to all that a session holds."""
        info = self.runtime._session_mgr.get_session_info(session)
        assert info is not None
        return weakref.ref(info.session)
