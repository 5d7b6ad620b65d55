"""Tests of explorer/serving/compression_middleware.py."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message

from explorer.serving.compressed_assets import CompressedAssets
from explorer.serving.compression_middleware import CompressionMiddleware, accepts_gzip

SCRIPT = b"export const answer = 42;\n" * 100
PATH = "/lab/static/js/a.js"


@dataclass(frozen=True)
class Answer:
    """What the app sent: status, headers with names in lower case, and body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Client:
    """A browser that asks an ASGI application."""

    app: ASGIApp

    def get(self, path: str, headers: dict[str, str], method: str = "GET") -> Answer:
        """Send one request."""
        messages: list[Message] = []

        async def receive() -> Message:
            await asyncio.sleep(60)  # the browser stays
            raise AssertionError("it was not waited for")

        async def send(message: Message) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(self.app(scope, receive, send))
        start, *rest = messages
        received = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], received, b"".join(part["body"] for part in rest))


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An app with one script, under a path as behind a proxy."""
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "a.js").write_bytes(SCRIPT)
    (tmp_path / "secret.js").write_bytes(SCRIPT)
    middleware = Middleware(
        CompressionMiddleware, assets=CompressedAssets(tmp_path), base_path="lab"
    )
    app = Starlette(
        routes=[Mount("/lab", app=StaticFiles(directory=tmp_path))], middleware=[middleware]
    )
    return Client(app)


def test_a_browser_that_takes_gzip_gets_the_same_script_in_fewer_bytes(client: Client) -> None:
    answer = client.get(PATH, headers={"accept-encoding": "gzip, deflate, br"})
    assert answer.status == 200
    assert gzip.decompress(answer.content) == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_what_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get(PATH, headers={"accept-encoding": "gzip"})
    for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = client.get(PATH, headers={"accept-encoding": "gzip", "if-none-match": known})
        assert (again.status, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["vary"] == "Accept-Encoding"
        assert "content-encoding" not in again.headers
    plain = client.get(PATH, headers={"accept-encoding": "identity"})
    assert plain.headers["etag"] != first.headers["etag"]


def test_only_the_head_is_sent_if_that_is_all_one_asks_for(client: Client) -> None:
    whole = client.get(PATH, headers={"accept-encoding": "gzip"})
    head = client.get(PATH, headers={"accept-encoding": "gzip"}, method="HEAD")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("headers", "status", "content"),
    [
        ({"accept-encoding": "identity"}, 200, SCRIPT),
        ({"accept-encoding": "gzip;q=0"}, 200, SCRIPT),
        ({"accept-encoding": "gzip", "range": "bytes=0-9"}, 206, SCRIPT[:10]),
    ],
    ids=["plain", "refused", "part"],
)
def test_others_get_the_file_as_it_is_and_caches_are_told(
    client: Client, headers: dict[str, str], status: int, content: bytes
) -> None:
    answer = client.get(PATH, headers=headers)
    assert (answer.status, answer.content) == (status, content)
    assert "content-encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    ["/lab/static/js/none.js", "/static/js/a.js", "/lab/static/../secret.js", "/lab/static/js/"],
)
def test_no_other_path_is_answered(client: Client, path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", True),
        ("GZIP; q=0.5, br", True),
        ("*", True),
        ("*, gzip;q=0", False),
        ("br", False),
        ("", False),
        ("gzip;q=x", False),
    ],
)
def test_the_header_is_read_as_the_standard_says(accepted: str, expected: bool) -> None:
    assert accepts_gzip(accepted) is expected
