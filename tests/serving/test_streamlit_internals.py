"""Tests of explorer/serving/streamlit_internals.py, on Streamlit's own runtime and routes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from explorer.serving import streamlit_internals
from explorer.serving.streamlit_internals import PRIVATE, drop_expired_sessions, gone
from patience import PATIENCE
from real_runtime import Browser, Server

MEBIBYTE = 2**20


pytestmark = pytest.mark.usefixtures("no_runtime_stays")


def test_streamlit_still_has_all_that_we_reach_for() -> None:
    assert gone(Server().runtime) == []


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_name_that_is_gone_is_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, path = name.partition(":")
    owner: Any = import_module(module)
    *parents, last = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    if hasattr(owner, last):
        monkeypatch.delattr(owner, last)
    fields = getattr(owner, "__dataclass_fields__", {})
    if last in fields:
        others = {key: value for key, value in fields.items() if key != last}
        monkeypatch.setattr(owner, "__dataclass_fields__", others)
    (sentence,) = gone()
    assert sentence.startswith(f"{name.replace(':', '.')} is gone")


def test_a_module_that_is_gone_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_internals, "PRIVATE", ("streamlit.no_such_module:anything",))
    (sentence,) = gone()
    assert "streamlit.no_such_module.anything is gone" in sentence


def test_a_runtime_that_keeps_its_sessions_elsewhere_is_named() -> None:
    (sentence,) = gone(object())
    assert "Runtime._session_mgr._session_storage._cache.expire is gone" in sentence


def test_a_closed_tab_is_gone_when_its_time_is_over_though_nobody_else_comes() -> None:
    server = Server(ttl_seconds=0)

    async def visit() -> None:
        session = server.open_tab()
        photos = server.state_of(session)
        server.runtime.disconnect_session(session)
        assert photos() is not None
        await asyncio.sleep(0.1)  # what is on its way for the session holds it
        drop_expired_sessions(server.runtime)
        assert photos() is None

    server.run(visit)


def test_a_tab_that_may_come_back_is_kept() -> None:
    server = Server(ttl_seconds=600)

    async def visit() -> None:
        session = server.open_tab()
        server.runtime.disconnect_session(session)
        await asyncio.sleep(0.1)
        drop_expired_sessions(server.runtime)
        again = server.runtime.connect_session(Browser(), {}, existing_session_id=session)
        assert again == session

    server.run(visit)


def test_a_script_that_computes_ends_before_the_process_does(tmp_path: Path) -> None:
    started, ended = tmp_path / "started", tmp_path / "ended"
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio, pathlib, time\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "time.sleep(0.5)\n"
        f"pathlib.Path({str(ended)!r}).touch()\n"
        "asyncio.get_event_loop().close()\n"  # Streamlit leaves it open
    )
    server = Server(script=script)

    async def visit() -> None:
        server.run_script(server.open_tab())
        while not started.exists():
            await asyncio.sleep(0.01)

    server.run(visit)
    assert not ended.exists()
    streamlit_internals.let_scripts_end(PATIENCE)
    assert ended.exists()


@pytest.fixture
def _own_limit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
        yield


@pytest.mark.usefixtures("_own_limit")
@pytest.mark.parametrize("limit", [None, 21])
def test_a_photo_of_15_mb_touches_no_disk(
    limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Streamlit's own limit it does: else this test would say nothing."""
    server, files = Server(), []

    def temporary_file(*args: object, **options: object) -> BytesIO:
        files.append(args)
        return BytesIO()

    monkeypatch.setattr(tempfile, "TemporaryFile", temporary_file)
    if limit:
        streamlit_internals.keep_uploads_in_memory(limit * MEBIBYTE)

    async def visit() -> None:
        session = server.open_tab()
        assert await put(server, session, b"\xff" * 15 * MEBIBYTE) == 204
        (kept,) = server.uploads.get_files(session, ["photo"])
        assert len(cast(Any, kept).data) == 15 * MEBIBYTE

    server.run(visit)
    assert len(files) == (0 if limit else 1)


async def put(server: Server, session: str, content: bytes) -> int:
    """Send a file to Streamlit's own route as a browser does; return the answer's status."""
    token = generate_xsrf_token_string()
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    chunks = [head, content, b"\r\n--edge--\r\n"]
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/_stcore/upload_file/{session}/photo",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"content-type", b"multipart/form-data; boundary=edge"),
            (b"x-xsrftoken", token.encode()),
            (b"cookie", f"_streamlit_xsrf={token}".encode()),
        ],
    }
    routes = create_upload_routes(server.runtime, server.uploads, None)
    await Starlette(routes=routes)(scope, cast(Any, receive), send)
    return statuses[0]


def test_no_host_is_asked_for_our_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(net_util, "_internal_ip", "127.0.0.1")  # else a socket is opened for it
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *args, **_: asked.append(args))
    assert not is_url_from_allowed_origins("http://stranger.example")
    assert asked  # as Streamlit would
    asked.clear()
    streamlit_internals.ask_nobody_for_our_address()
    assert not is_url_from_allowed_origins("http://stranger.example")
    assert asked == []


def test_a_session_is_present_as_long_as_its_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()

    async def visit() -> None:
        session = server.open_tab()
        context = type("Context", (), {"session_id": session})()
        monkeypatch.setattr(streamlit_internals, "_context", lambda: context)
        is_present = streamlit_internals.presence()
        assert is_present()
        server.runtime.disconnect_session(session)
        assert not is_present()

    server.run(visit)


def test_without_a_session_everybody_is_present() -> None:
    assert streamlit_internals.presence()()
