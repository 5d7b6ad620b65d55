"""Add our style sheet to Streamlit's page, so that it applies from the first paint."""

from __future__ import annotations

from explorer.serving.admission_middleware import (
    Application,
    Header,
    Message,
    Receive,
    Scope,
    Send,
    header,
)

_OUTDATED = {b"content-length", b"etag", b"last-modified"}  # once the sheet is added


class StyleMiddleware:
    """ASGI middleware that adds a style sheet to each HTML page.

    Streamlit paints elements as soon as they are loaded. A style sheet among these elements would
    come too late and move what has been painted. At the start of the body, it comes after
    Streamlit's styles and overrides them, and before those that a page adds.

    Args:
        app: wrapped ASGI application.
        sheet: style sheet in CSS.
    """

    def __init__(self, app: Application, sheet: str) -> None:
        self._app, self._style = app, f"<body><style>{sheet}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and b"text/html" in header(scope, b"accept"):
            await self._app(_for_whole_page(scope), receive, self._with_style(send))
        else:
            await self._app(scope, receive, send)

    def _with_style(self, send: Send) -> Send:
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
                    page = bytes(body).replace(b"<body>", self._style, 1)
                    await send({**start, "headers": _headers(start, len(page))})
                    await send({"type": "http.response.body", "body": page})

        return send_with_style


def _is_page(start: Message) -> bool:
    """Check for a page to view; a downloaded report has its own styles."""
    headers = {name.lower(): value for name, value in start.get("headers", [])}
    is_html = headers.get(b"content-type", b"").startswith(b"text/html")
    return is_html and b"content-disposition" not in headers


def _for_whole_page(scope: Scope) -> Scope:
    """Request the whole page, uncompressed and regardless of caches."""
    headers: list[Header] = scope["headers"]
    dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return {**scope, "headers": [item for item in headers if item[0].lower() not in dropped]}


def _headers(start: Message, length: int) -> list[Header]:
    headers: list[Header] = start.get("headers", [])
    valid = [item for item in headers if item[0].lower() not in _OUTDATED]
    return [*valid, (b"content-length", str(length).encode())]
