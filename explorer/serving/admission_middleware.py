"""The door of the room: counts the connections of browsers as they come and go."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from explorer.serving.admission import Admission

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

VISITOR_HEADER = "x-resnet-explorer-visitor"
COOKIE = "resnet_explorer_browser"
LONGEST_LINE = 200  # connections; whoever comes after them is turned away
FULL = 1013  # the websocket's code for "try again later"


class AdmissionMiddleware:
    """ASGI middleware that registers each websocket with a room.

    The app learns the name of the connection from a header that only we can set, and asks the room
    whether it is inside. A cookie, as random and as short-lived as the browser's session, tells
    that a browser comes back.

    Args:
        app: what is behind the door.
        room: where the connections are counted.
    """

    def __init__(self, app: Application, room: Admission) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] == "websocket":
            await self._welcome(scope, receive, send)
        elif scope["type"] == "http" and _is_first_page(scope):
            await self._app(scope, receive, _with_cookie(send))
        else:
            await self._app(scope, receive, send)

    async def _welcome(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._room.waiting >= LONGEST_LINE:
            await send({"type": "websocket.close", "code": FULL, "reason": "full"})
            return
        visitor, browser = secrets.token_urlsafe(12), _browser(scope)

        async def accepting(message: Message) -> None:
            if message["type"] == "websocket.accept":  # a foreign page is refused, and never in
                self._room.arrive(visitor, browser)
            await send(message)

        try:
            await self._app(_named(scope, visitor), receive, accepting)
        finally:
            self._room.leave(visitor)


def _named(scope: Scope, visitor: str) -> Scope:
    name = VISITOR_HEADER.encode()
    others = [header for header in scope["headers"] if header[0].lower() != name]
    return {**scope, "headers": [*others, (name, visitor.encode())]}


def _is_first_page(scope: Scope) -> bool:
    return b"text/html" in header(scope, b"accept") and not _browser(scope)


def _browser(scope: Scope) -> str:
    """Read our cookie; "" where there is none."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie").decode("latin-1"))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def header(scope: Scope, name: bytes) -> bytes:
    """Read a header of a request; b"" where there is none."""
    headers: list[Header] = scope["headers"]
    return b"; ".join(value for key, value in headers if key.lower() == name)


def _with_cookie(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{COOKIE}={secrets.token_urlsafe(12)}; Path=/; HttpOnly; SameSite=Lax"
            header = (b"set-cookie", cookie.encode())
            message = {**message, "headers": [*message.get("headers", []), header]}
        await send(message)

    return sending
