"""Tests of explorer/serving/style_middleware.py."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from starlette.types import Message

from explorer.serving.style_middleware import StyleMiddleware

Header = tuple[bytes, bytes]
PAGE = (b"<html><head></head><body>", b"<div></div></body></html>")
HTML = [(b"content-type", b"text/html")]
HEADERS = [*HTML, (b"content-length", b"50"), (b"etag", b"1"), (b"cache-control", b"no-cache")]


def answered(
    accept: bytes,
    *request: Header,
    response: list[Header] = HEADERS,
    body: tuple[bytes, ...] = PAGE,
) -> tuple[list[Header], list[Message]]:
    """Send one request; return the headers that the app received, and the messages it sent back."""
    received: list[Header] = []
    messages: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        received.extend(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": response})
        for part in body:
            more = part is not body[-1]
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def receive() -> Message:
        raise AssertionError("nobody reads")

    async def send(message: Message) -> None:
        messages.append(message)

    scope = {"type": "http", "headers": [(b"accept", accept), *request]}
    asyncio.run(StyleMiddleware(app, "p { color: red }")(scope, receive, send))
    return received, messages


def test_a_page_gets_the_sheet_before_its_content_and_says_how_long_it_is_now() -> None:
    _, (start, body) = answered(b"text/html,*/*")
    expected = b"<html><head></head><body><style>p { color: red }</style><div></div></body></html>"
    assert body == {"type": "http.response.body", "body": expected}
    assert start["status"] == 200
    length = (b"content-length", str(len(expected)).encode())
    vary = (b"vary", b"Accept-Encoding")
    assert sorted(start["headers"]) == sorted(
        [*HTML, (b"cache-control", b"no-cache"), length, vary]
    )


def test_a_page_is_asked_for_whole_and_uncompressed() -> None:
    wants = ((b"accept-encoding", b"gzip"), (b"if-none-match", b"1"), (b"cookie", b"a=b"))
    received, _ = answered(b"text/html", *wants)
    assert received == [(b"accept", b"text/html"), (b"cookie", b"a=b")]


def test_until_it_is_drawn_a_page_has_a_title_and_a_greeting_and_is_sent_compressed() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        page = b"<head><title>Streamlit</title></head><body></body>"
        await send({"type": "http.response.start", "status": 200, "headers": HTML})
        await send({"type": "http.response.body", "body": page})

    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    headers = [(b"accept", b"text/html"), (b"accept-encoding", b"gzip")]
    middleware = StyleMiddleware(app, "", title="Ours", starting="<p>Loading</p>")
    scope = {"type": "http", "headers": headers}
    asyncio.run(middleware(scope, None, send))  # type: ignore[arg-type]
    start, body = messages
    assert gzip.decompress(body["body"]) == (
        b"<head><title>Ours</title></head><body><style></style><p>Loading</p></body>"
    )
    assert (b"content-encoding", b"gzip") in start["headers"]
    assert (b"content-length", str(len(body["body"])).encode()) in start["headers"]


def test_what_is_no_page_stays_as_it_is() -> None:
    wants = (b"accept-encoding", b"gzip")
    received, sent = answered(b"*/*", wants)
    assert received == [(b"accept", b"*/*"), wants]
    assert [message.get("body", b"") for message in sent] == [b"", *PAGE]
    assert sent[0]["headers"] == HEADERS


@pytest.mark.parametrize(
    "response",
    [
        [*HEADERS, (b"content-disposition", b'attachment; filename="report.html"')],
        [(b"content-type", b"application/zip")],
    ],
    ids=["report", "archive"],
)
def test_a_file_that_one_takes_along_stays_as_it_is(response: list[Header]) -> None:
    _, sent = answered(b"text/html,*/*", response=response)
    assert [message.get("body", b"") for message in sent] == [b"", *PAGE]
    assert sent[0]["headers"] == response


@pytest.mark.parametrize("body", [(b"",), (b"not found",)])
def test_an_answer_without_a_body_element_keeps_its_words(body: tuple[bytes, ...]) -> None:
    _, (start, message) = answered(b"text/html", body=body)
    assert message["body"] == body[0]
    assert (b"content-length", str(len(body[0])).encode()) in start["headers"]


def test_websockets_pass_untouched() -> None:
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)

    scope = {"type": "websocket", "headers": [(b"accept", b"text/html")]}
    asyncio.run(StyleMiddleware(app, "")(scope, None, None))  # type: ignore[arg-type]
    assert scopes == [scope]
