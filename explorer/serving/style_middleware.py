"""Our style sheet in Streamlit's own page, where it holds from the first paint on."""

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

_OURS_TO_SAY = {b"content-length", b"etag", b"last-modified"}  # of the page without the sheet


class StyleMiddleware:
    """ASGI middleware that adds a style sheet to each HTML page.

    Streamlit shows what the app sends as soon as its parts are loaded. A style sheet among them
    comes too late: what it places has been painted elsewhere before. At the head of the body, it
    stands behind the styles of Streamlit and wins over them, and before those that a page adds.

    Args:
        app: what serves the pages.
        sheet: the style sheet.
    """

    def __init__(self, app: Application, sheet: str) -> None:
        self._app, self._style = app, f"<body><style>{sheet}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and b"text/html" in header(scope, b"accept"):
            await self._app(_plain(scope), receive, self._with_style(send))
        else:
            await self._app(scope, receive, send)

    def _with_style(self, send: Send) -> Send:
        start: Message = {}
        body = bytearray()

        async def sending(message: Message) -> None:
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

        return sending


def _is_page(start: Message) -> bool:
    """Whether this is a page to look at; a report that is downloaded has styles of its own."""
    told = {name.lower(): value for name, value in start.get("headers", [])}
    is_html = told.get(b"content-type", b"").startswith(b"text/html")
    return is_html and b"content-disposition" not in told


def _plain(scope: Scope) -> Scope:
    """Ask for the whole page as it is: neither compressed nor only if it is newer."""
    asked: list[Header] = scope["headers"]
    unasked = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return {**scope, "headers": [one for one in asked if one[0].lower() not in unasked]}


def _headers(start: Message, length: int) -> list[Header]:
    told: list[Header] = start.get("headers", [])
    kept = [one for one in told if one[0].lower() not in _OURS_TO_SAY]
    return [*kept, (b"content-length", str(length).encode())]
