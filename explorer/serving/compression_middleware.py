"""Send Streamlit's scripts and style sheets compressed to browsers that accept it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.serving.compressed_assets import CompressedAsset, CompressedAssets

_YEAR = 31_536_000  # seconds; the name of a file changes with its content


class CompressionMiddleware:
    """ASGI middleware that answers requests for assets with their compressed copies.

    A request for a part of a file, or from a browser that takes no gzip, goes on to Streamlit.

    Args:
        app: wrapped ASGI application.
        assets: the compressed copies.
        base_path: path under which the app is served; "" for the root.
    """

    def __init__(self, app: ASGIApp, assets: CompressedAssets, base_path: str = "") -> None:
        self._app, self._assets = app, assets
        self._prefix = "/".join(["", *filter(None, [base_path.strip("/")]), "static", ""])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        name = self._asset_name(scope)
        if name is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "range" in headers or not accepts_gzip(headers.get("accept-encoding", "")):
            await self._app(scope, receive, _varying(send))
            return
        asset = await run_in_threadpool(self._assets.find, name)
        await _answer(asset, headers, send, with_body=scope["method"] == "GET")

    def _asset_name(self, scope: Scope) -> str | None:
        """Return the name of the requested asset; None if the request is for anything else."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        path: str = scope["path"]
        name = path.removeprefix(self._prefix)
        return name if name != path and name in self._assets.names else None


def accepts_gzip(accepted: str) -> bool:
    """Whether a browser takes gzip, according to its header `Accept-Encoding`."""
    qualities: dict[str, float] = {}
    for entry in accepted.lower().split(","):
        coding, _, parameter = (part.strip() for part in entry.partition(";"))
        try:
            qualities[coding] = float(parameter.removeprefix("q=") or 1)
        except ValueError:
            qualities[coding] = 0.0
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


async def _answer(asset: CompressedAsset, request: Headers, send: Send, with_body: bool) -> None:
    headers = {
        "cache-control": f"public, immutable, max-age={_YEAR}",
        "etag": asset.etag,
        "vary": "Accept-Encoding",
    }
    is_known = _is_known(asset.etag, request.get("if-none-match", ""))
    if not is_known:
        headers |= {
            "content-type": asset.media_type,
            "content-encoding": "gzip",
            "content-length": str(len(asset.content)),
            "x-content-type-options": "nosniff",
        }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 304 if is_known else 200, "headers": raw})
    body = asset.content if with_body and not is_known else b""
    await send({"type": "http.response.body", "body": body})


def _is_known(etag: str, known: str) -> bool:
    """Whether the browser already has a file, according to its header `If-None-Match`."""
    return etag in (tag.strip().removeprefix("W/") for tag in known.split(",")) or known == "*"


def _varying(send: Send) -> Send:
    """Tell caches that another browser may get the file compressed."""

    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return send_varying
