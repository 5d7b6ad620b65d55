"""Drop the sessions of closed tabs as soon as they expire.

Streamlit keeps the session of a closed tab for two minutes, so that the tab can reconnect, but
drops it only when the next tab closes: the last photos of a lesson would stay in memory overnight.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from explorer.serving.streamlit_internals import drop_expired_sessions

EVERY = 10.0  # seconds


@asynccontextmanager
async def cleaning_up(runtime: Any, every: float = EVERY) -> AsyncIterator[None]:
    """Drop expired sessions periodically while the context is active.

    Args:
        runtime: Streamlit's runtime.
        every: time between two cleanups in seconds.
    """
    task = asyncio.create_task(_keep_cleaning(runtime, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_cleaning(runtime: Any, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        drop_expired_sessions(runtime)
