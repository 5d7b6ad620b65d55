"""The server of the app: Streamlit's own, bound to this machine by default."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from explorer.errors import RequestError
from explorer.paths import ENTRY_SCRIPT, PACKAGE, style_sheet
from explorer.photos.pillow_internals import silence_libtiff
from explorer.serving import analysis_log, policy, share_notice, streamlit_internals
from explorer.serving.admission import Admission
from explorer.serving.admission_middleware import AdmissionMiddleware
from explorer.serving.compressed_assets import CompressedAssets
from explorer.serving.compression_middleware import CompressionMiddleware
from explorer.serving.network_addresses import (
    EVERY_INTERFACE,
    host_names,
    is_loopback,
    lan_addresses,
)
from explorer.serving.policy import DEFAULT_SESSIONS, MEBIBYTE, ZIP_MB, Policy
from explorer.serving.session_cleanup import cleaning_up
from explorer.serving.style_middleware import StyleMiddleware

_LOGGER = logging.getLogger(__name__)

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501
LAST_SECONDS = 10  # that an analysis is given to end after Ctrl-C
STARTING_PAGE = PACKAGE / "serving" / "starting_page.html"


@dataclass(frozen=True)
class ServerSettings:
    """Where the app is served, and to whom.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        headless: whether to start without settings a browser.
        base_path: path under which a reverse proxy serves the app, e.g. "lab/resnet"; "" for the
            root.
        names: further host names under which browsers reach the app, e.g. that of a proxy.
        sessions: largest number of browser tabs at once.
        allow_checkpoints: whether visitors from other machines may upload checkpoints.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    headless: bool = False
    base_path: str = ""
    names: tuple[str, ...] = ()
    sessions: int = DEFAULT_SESSIONS
    allow_checkpoints: bool = False

    @property
    def is_private(self) -> bool:
        """Whether only this machine can reach the app; with a proxy, others can, too."""
        return is_loopback(self.host) and not self.base_path and not self.names

    @property
    def checkpoints(self) -> bool:
        """Whether visitors may upload checkpoints."""
        return self.is_private or self.allow_checkpoints

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names that requests may address, as a protection against DNS rebinding."""
        hosts = ["localhost", "127.0.0.1", "::1", self.host, *self.names]
        if self.host in EVERY_INTERFACE:
            hosts += [*lan_addresses(self.host), *host_names()]
        return list(dict.fromkeys(hosts))


def serve(settings: ServerSettings, prepare: Callable[[], None]) -> None:
    """Serve the app until Ctrl-C.

    Args:
        settings: where to serve the app, and to whom.
        prepare: function that prepares the first page, called once the server listens.

    Raises:
        RequestError: if the server cannot listen there.
    """
    check_free(settings.host, settings.port)
    gc.disable()  # until `prepare` is done: imports leave no garbage worth a collection
    # Streamlit looks for .streamlit/config.toml beside this script.
    sys.argv = [str(ENTRY_SCRIPT)]
    admission = Admission(settings.sessions)
    policy.set_current(Policy(settings.is_private, settings.checkpoints, admission, styled=True))
    analysis_log.to_stderr()
    silence_libtiff()
    assets = CompressedAssets(streamlit_internals.static_folder())
    try:
        import streamlit
        from starlette.middleware import Middleware

        streamlit_internals.keep_uploads_in_memory((ZIP_MB + 1) * MEBIBYTE)
        streamlit_internals.ask_nobody_for_our_address()
        streamlit.App(
            ENTRY_SCRIPT,
            on_script_error=_show_crash,
            middleware=[
                Middleware(AdmissionMiddleware, admission=admission),
                Middleware(CompressionMiddleware, assets=assets, base_path=settings.base_path),
                Middleware(
                    StyleMiddleware,
                    sheet=style_sheet(),
                    title="ResNet Explorer",
                    starting=STARTING_PAGE.read_text(encoding="utf-8"),
                ),
            ],
            lifespan=_lifespan(settings, assets, prepare),
        ).run(config=_streamlit_config(settings))
    except KeyboardInterrupt:
        print()  # the terminal shows ^C without a line end
    finally:
        streamlit_internals.let_scripts_end(LAST_SECONDS)
        gc.enable()  # also if the app ended before its warm-up


def _streamlit_config(settings: ServerSettings) -> dict[str, object]:
    return {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": settings.headless,
        "server.allowedHosts": settings.allowed_hosts,
        "server.baseUrlPath": settings.base_path,
        "server.maxUploadSize": policy.current().upload_mb,
        "logger.hideWelcomeMessage": not is_loopback(settings.host),  # replaced by our share notice
    }


def _lifespan(
    settings: ServerSettings, assets: CompressedAssets, prepare: Callable[[], None]
) -> Callable[[object], AbstractAsyncContextManager[dict[str, object] | None]]:
    """Prepare the first page, print the URLs of the app, and clean up expired sessions."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        from streamlit import config, runtime

        assets.prepare()  # not before: compressing would make the start wait for the processor
        prepare()
        for sentence in streamlit_internals.gone(runtime.get_instance()):
            _LOGGER.warning(sentence)
        if not is_loopback(settings.host):
            port = config.get_option("server.port")
            urls = share_notice.addresses(settings.host, port, settings.base_path)
            share_notice.show(urls, policy.current())
        async with cleaning_up(runtime.get_instance()):
            yield

    return lifespan


def _show_crash(error: Exception) -> bool:
    """Show where to find the details; Streamlit's own message is about its cloud."""
    import streamlit

    streamlit.error(
        f"This page ran into a mistake of ours ({type(error).__name__}). The terminal that runs "
        "the app shows the details; reload the page to go on."
    )
    return True  # so that Streamlit shows no message of its own


def check_free(host: str, port: int) -> None:
    """Check that the app can listen on this address and port.

    Raises:
        RequestError: if the port is taken or reserved, or the address is not of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise RequestError(_listen_error(host, port, error)) from error


def _listen_error(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use; choose another one: "
            f"--port {port + 1}, or make app PORT={port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system; choose one from 1024 on."
    return f"This machine has no address {host!r}; leave --host out or name one of its own."
