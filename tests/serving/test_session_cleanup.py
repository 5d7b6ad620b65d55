"""Tests of explorer/serving/session_cleanup.py."""

from __future__ import annotations

import asyncio

import pytest

from explorer.serving.session_cleanup import cleaning_up
from real_runtime import Server


@pytest.mark.usefixtures("no_runtime_stays")
def test_it_sweeps_by_itself_until_the_server_ends() -> None:
    server = Server(ttl_seconds=0)

    async def visit() -> None:
        session = server.open_tab()
        photos = server.state_of(session)
        server.runtime.disconnect_session(session)
        async with cleaning_up(server.runtime, every=0.01):
            while photos() is not None:
                await asyncio.sleep(0.01)

    server.run(visit)
