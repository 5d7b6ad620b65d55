"""Tests of explorer/serving/session_cleanup.py."""

from __future__ import annotations

import asyncio
import weakref
from types import SimpleNamespace
from typing import Any

from streamlit.runtime.memory_session_storage import MemorySessionStorage

from explorer.serving.session_cleanup import cleaning_up, drop_expired


class Session:
    """The session of a closed tab; it refers to itself, as Streamlit's does."""

    def __init__(self, name: str) -> None:
        self.id, self.itself = name, self


def runtime_with(storage: MemorySessionStorage) -> Any:
    return SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))


def save(storage: MemorySessionStorage, name: str) -> weakref.ref[Session]:
    session = Session(name)
    storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return weakref.ref(session)


def test_a_session_is_gone_when_its_time_is_over_though_nobody_else_comes() -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    photos = save(storage, "over")
    assert photos() is not None
    drop_expired(runtime_with(storage))
    assert photos() is None


def test_a_session_that_may_come_back_is_kept() -> None:
    storage = MemorySessionStorage(ttl_seconds=600)
    photos = save(storage, "away")
    drop_expired(runtime_with(storage))
    assert photos() is not None
    assert storage.get("away") is not None


def test_it_sweeps_by_itself_until_the_server_ends() -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    photos = save(storage, "over")

    async def serve() -> None:
        async with cleaning_up(runtime_with(storage), every=0):
            while photos() is not None:
                await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(serve(), 30))
    assert photos() is None
