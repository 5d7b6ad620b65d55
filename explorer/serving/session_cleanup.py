"""Lets go of what closed tabs had, as soon as their time is over.

Streamlit keeps the session of a closed tab for two minutes, so that it can come back, but drops it
only when the next tab closes: the last photos of a lesson would stay in memory overnight.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

EVERY = 10.0  # seconds


@asynccontextmanager
async def cleaning_up(runtime: Any, every: float = EVERY) -> AsyncIterator[None]:
    """Sweep for the length of the block.

    Args:
        runtime: Streamlit's.
        every: seconds between two looks.
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
        drop_expired(runtime)


def drop_expired(runtime: Any) -> None:
    """Drop the sessions whose time is over, with all that they held."""
    # Streamlit offers no public way to its storage; its length is the call that drops.
    kept = runtime._session_mgr._session_storage._cache
    before = len(kept._data)
    if len(kept) < before:
        gc.collect()  # a session refers to itself, and would wait for Python's own next round
