"""Middleware that counts the connections of browsers and limits their number."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.serving.admission import Admission

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
        admission: admission that counts the connections.
    """

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app, self._admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
        elif scope["type"] == "http" and _is_first_page(scope):
            await self._app(scope, receive, _with_cookie(send))
        else:
            await self._app(scope, receive, send)

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._admission.waiting >= LONGEST_LINE:
            await send({"type": "websocket.close", "code": FULL, "reason": "full"})
            return
        visitor, browser = secrets.token_urlsafe(12), _browser(scope)

        async def send_and_register(message: Message) -> None:
            if message["type"] == "websocket.accept":  # not if the app refuses the origin
                self._admission.arrive(visitor, browser)
            await send(message)

        try:
            await self._app(_with_visitor_header(scope, visitor), receive, send_and_register)
        finally:
            self._admission.leave(visitor)


def _with_visitor_header(scope: Scope, visitor: str) -> Scope:
    """Set the visitor's name, in place of any that came from outside."""
    headers = Headers(scope=scope).mutablecopy()
    headers[VISITOR_HEADER] = visitor
    return {**scope, "headers": headers.raw}


def _is_first_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "") and not _browser(scope)


def _browser(scope: Scope) -> str:
    """Return the value of our cookie; "" if there is none."""
    try:
        cookies = SimpleCookie("; ".join(Headers(scope=scope).getlist("cookie")))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _with_cookie(send: Send) -> Send:
    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{COOKIE}={secrets.token_urlsafe(12)}; Path=/; HttpOnly; SameSite=Lax"
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return send_with_cookie
