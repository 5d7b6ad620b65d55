"""Tests of explorer/serving/admission_middleware.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message

from explorer.serving import admission_middleware
from explorer.serving.admission import Admission
from explorer.serving.admission_middleware import (
    COOKIE,
    FULL,
    VISITOR_HEADER,
    AdmissionMiddleware,
)

Sent = list[Message]


def pass_through(
    admission: Admission,
    scope: dict[str, Any],
    answer: str,
    during: Callable[[dict[str, Any]], None] = lambda scope: None,
) -> Sent:
    """Send one request through the middleware to an app that answers with one message."""
    sent: Sent = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": answer, "headers": []})
        during(scope)

    async def receive() -> Message:
        raise AssertionError("nobody reads")

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(AdmissionMiddleware(app, admission)(scope, receive, send))
    return sent


def websocket(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "websocket", "headers": list(headers)}


def visitor_of(scope: dict[str, Any]) -> str:
    (value,) = [value for name, value in scope["headers"] if name == VISITOR_HEADER.encode()]
    return str(value.decode())


def test_a_connection_is_inside_while_it_lasts() -> None:
    admission, seen = Admission(1), []

    def look(scope: dict[str, Any]) -> None:
        seen.append(admission.place(visitor_of(scope)))
        admission.arrive("next")
        seen.append(admission.place("next"))

    pass_through(admission, websocket(), "websocket.accept", look)
    assert seen == [0, 1]
    assert admission.place("next") == 0


def test_nobody_can_claim_the_name_of_another_connection() -> None:
    names: list[str] = []
    scope = websocket((VISITOR_HEADER.encode(), b"somebody else"))
    pass_through(
        Admission(1), scope, "websocket.accept", lambda scope: names.append(visitor_of(scope))
    )
    assert names != ["somebody else"]
    assert len(names) == 1


def test_a_connection_that_the_app_refuses_takes_no_place() -> None:
    admission = Admission(1)

    def look(scope: dict[str, Any]) -> None:
        admission.arrive("next")
        assert admission.place("next") == 0

    pass_through(admission, websocket(), "websocket.close", look)


def test_the_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_middleware, "LONGEST_LINE", 1)
    admission = Admission(1)
    admission.arrive("inside")
    admission.arrive("waiting")
    (answer,) = pass_through(admission, websocket(), "never", pytest.fail)
    assert (answer["type"], answer["code"]) == ("websocket.close", FULL)


def test_a_browser_is_marked_once_and_finds_its_place_held() -> None:
    admission = Admission(1)
    page: dict[str, Any] = {"type": "http", "headers": [(b"accept", b"text/html,*/*")]}
    (start,) = pass_through(admission, page, "http.response.start")
    ((name, cookie),) = start["headers"]
    assert name == b"set-cookie"
    assert all(word in cookie for word in (COOKIE.encode(), b"HttpOnly", b"SameSite=Lax"))
    sends = (b"cookie", b"other=1; " + cookie.split(b";")[0])
    page["headers"].append(sends)
    assert pass_through(admission, page, "http.response.start")[0]["headers"] == []

    pass_through(admission, websocket(sends), "websocket.accept")
    admission.arrive("stranger")
    assert admission.place("stranger") == 1
    places: list[int] = []
    pass_through(
        admission,
        websocket(sends),
        "websocket.accept",
        lambda scope: places.append(admission.place(visitor_of(scope))),
    )
    assert places == [0]


@pytest.mark.parametrize("headers", [[], [(b"accept", b"image/png")]])
def test_other_requests_pass_as_they_are(headers: list[tuple[bytes, bytes]]) -> None:
    answers = pass_through(
        Admission(1), {"type": "http", "headers": headers}, "http.response.start"
    )
    assert answers == [{"type": "http.response.start", "headers": []}]
