"""Add to Streamlit's page what must be there at the first paint: our style sheet, and a greeting.

The page goes out compressed, because Streamlit would send it as it is.
"""

from __future__ import annotations

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.serving.compression_middleware import accepts_gzip

_CACHED = ("accept-encoding", "if-none-match", "if-modified-since", "range")  # asks for less
_OUTDATED = ("etag", "last-modified", "accept-ranges")  # once the sheet is added
_TITLE = b"<title>Streamlit</title>"


class StyleMiddleware:
    """ASGI middleware that adds a style sheet to each HTML page, and what shows until it is drawn.

    Streamlit paints elements as soon as they are loaded. A style sheet among these elements would
    come too late and move what has been painted. At the start of the body, it comes after
    Streamlit's styles and overrides them, and before those that a page adds.

    Args:
        app: wrapped ASGI application.
        sheet: style sheet in CSS.
        title: title of the page until it is drawn; "" for Streamlit's own.
        starting: HTML that fills the page until it is drawn.
    """

    def __init__(self, app: ASGIApp, sheet: str, title: str = "", starting: str = "") -> None:
        self._app, self._start = app, f"<body><style>{sheet}</style>{starting}".encode()
        self._title = f"<title>{title}</title>".encode() if title else _TITLE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", ""):
            takes_gzip = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
            await self._app(_for_whole_page(scope), receive, self._with_style(send, takes_gzip))
        else:
            await self._app(scope, receive, send)

    def _with_style(self, send: Send, takes_gzip: bool) -> Send:
        start: Message = {}
        body = bytearray()

        async def send_with_style(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            if not _is_page(start):
                await send(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    page = bytes(body).replace(b"<body>", self._start, 1)
                    page = page.replace(_TITLE, self._title, 1)
                    page = gzip.compress(page) if takes_gzip else page
                    _announce(start, len(page), takes_gzip)
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        return send_with_style


def _is_page(start: Message) -> bool:
    """Check for a page to view; a downloaded report has its own styles."""
    headers = Headers(raw=start.get("headers", []))
    is_html = headers.get("content-type", "").startswith("text/html")
    return is_html and "content-disposition" not in headers


def _for_whole_page(scope: Scope) -> Scope:
    """Request the whole page, uncompressed and regardless of caches."""
    headers = Headers(scope=scope).mutablecopy()
    for name in _CACHED:
        del headers[name]
    return {**scope, "headers": headers.raw}


def _announce(start: Message, length: int, compressed: bool) -> None:
    """State the length of the page with the sheet, and nothing that held for it without."""
    headers = MutableHeaders(scope=start)
    for name in _OUTDATED:
        del headers[name]
    headers["content-length"] = str(length)
    headers.add_vary_header("Accept-Encoding")
    if compressed:
        headers["content-encoding"] = "gzip"
