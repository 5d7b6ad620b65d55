"""Middleware that counts the connections of browsers and limits their number."""

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
LONGEST_LINE = 200  # waiting connections; further ones are refused
FULL = 1013  # the websocket's code for "try again later"


class AdmissionMiddleware:
    """ASGI middleware that registers each websocket as a visitor.

    The app reads the visitor's name from a header that only this middleware can set, and asks
    `Admission` whether the visitor is admitted. A random cookie, which lasts as long as the
    browser's session, recognises a browser that returns.

    Args:
        app: wrapped ASGI application.
        room: admission that counts the connections.
    """

    def __init__(self, app: Application, room: Admission) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
        elif scope["type"] == "http" and _is_first_page(scope):
            await self._app(scope, receive, _with_cookie(send))
        else:
            await self._app(scope, receive, send)

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._room.waiting >= LONGEST_LINE:
            await send({"type": "websocket.close", "code": FULL, "reason": "full"})
            return
        visitor, browser = secrets.token_urlsafe(12), _browser(scope)

        async def send_and_register(message: Message) -> None:
            if message["type"] == "websocket.accept":  # not if the app refuses the origin
                self._room.arrive(visitor, browser)
            await send(message)

        try:
            await self._app(_with_visitor_header(scope, visitor), receive, send_and_register)
        finally:
            self._room.leave(visitor)


def _with_visitor_header(scope: Scope, visitor: str) -> Scope:
    name = VISITOR_HEADER.encode()
    headers = [header for header in scope["headers"] if header[0].lower() != name]
    return {**scope, "headers": [*headers, (name, visitor.encode())]}


def _is_first_page(scope: Scope) -> bool:
    return b"text/html" in header(scope, b"accept") and not _browser(scope)


def _browser(scope: Scope) -> str:
    """Return the value of our cookie; "" if there is none."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie").decode("latin-1"))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header of a request; b"" if there is none."""
    headers: list[Header] = scope["headers"]
    return b"; ".join(value for key, value in headers if key.lower() == name)


def _with_cookie(send: Send) -> Send:
    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{COOKIE}={secrets.token_urlsafe(12)}; Path=/; HttpOnly; SameSite=Lax"
            header = (b"set-cookie", cookie.encode())
            message = {**message, "headers": [*message.get("headers", []), header]}
        await send(message)

    return send_with_cookie
