"""The server of the app: Streamlit's own, bound to this machine unless told otherwise."""

from __future__ import annotations

import errno
import gc
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from explorer.errors import RequestError
from explorer.paths import ENTRY_SCRIPT, SHEET
from explorer.serving import analysis_log, policy, share_notice
from explorer.serving.admission import Admission
from explorer.serving.admission_middleware import AdmissionMiddleware
from explorer.serving.network_addresses import (
    EVERY_INTERFACE,
    host_names,
    is_loopback,
    lan_addresses,
)
from explorer.serving.policy import DEFAULT_SESSIONS, MEBIBYTE, PHOTO_MB, Policy
from explorer.serving.session_cleanup import cleaning_up
from explorer.serving.style_middleware import StyleMiddleware

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501


@dataclass(frozen=True)
class ServerSettings:
    """Where the app is opened, and to whom.

    Attributes:
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        headless: whether to leave the browser closed.
        base_path: where a reverse proxy shows the app, e.g. "lab/resnet"; "" for the root.
        names: further host names under which browsers reach it, e.g. that of a proxy.
        sessions: how many browser tabs may use it at once.
        allow_checkpoints: whether visitors may upload checkpoints; on this machine alone they may.
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
        """Whether only this machine reaches it: a proxy in front would let others in."""
        return is_loopback(self.host) and not self.base_path and not self.names

    @property
    def checkpoints(self) -> bool:
        """Whether visitors may upload checkpoints."""
        return self.is_private or self.allow_checkpoints

    @property
    def allowed_hosts(self) -> list[str]:
        """Name the hosts that a browser may address, against pages that rebind theirs to us."""
        hosts = ["localhost", "127.0.0.1", "::1", self.host, *self.names]
        if self.host in EVERY_INTERFACE:
            hosts += [*lan_addresses(self.host), *host_names()]
        return list(dict.fromkeys(hosts))


def serve(opening: ServerSettings, prepare: Callable[[], None]) -> None:
    """Serve the app until Ctrl-C.

    Args:
        opening: where, and to whom.
        prepare: called once the server listens, to make the first page ready.

    Raises:
        RequestError: if nothing can listen there.
    """
    check_free(opening.host, opening.port)
    gc.disable()  # till `prepare` is done: what is imported stays, and is no garbage to look for
    # Streamlit looks for .streamlit/config.toml beside this script.
    sys.argv = [str(ENTRY_SCRIPT)]
    room = Admission(opening.sessions)
    policy.set_current(Policy(opening.checkpoints, room, styled=True))
    analysis_log.to_stderr()
    try:
        import streamlit
        from starlette.formparsers import MultiPartParser
        from starlette.middleware import Middleware
        from streamlit import net_util

        # Uploads beyond one MB would pass through a file on the disk; photos never touch it.
        MultiPartParser.spool_max_size = (PHOTO_MB + 1) * MEBIBYTE

        # Streamlit asks a host on the internet for our address, to print it and to compare it with
        # the origin of requests. We ask nobody: then only pages of our own may connect.
        net_util.get_external_ip = _unknown
        streamlit.App(
            ENTRY_SCRIPT,
            on_script_error=_admit_crash,
            middleware=[
                Middleware(AdmissionMiddleware, room=room),
                Middleware(StyleMiddleware, sheet=SHEET.read_text(encoding="utf-8")),
            ],
            lifespan=_hosting(opening, prepare),
        ).run(config=_settings(opening))
    except KeyboardInterrupt:
        print()  # the terminal shows ^C without a line end
    finally:
        gc.enable()  # also where the app did not get as far as its warm-up


def _settings(opening: ServerSettings) -> dict[str, object]:
    return {
        "server.address": opening.host,
        "server.port": opening.port,
        "server.headless": opening.headless,
        "server.allowedHosts": opening.allowed_hosts,
        "server.baseUrlPath": opening.base_path,
        "server.maxUploadSize": policy.current().upload_mb,
        "logger.hideWelcomeMessage": not is_loopback(opening.host),  # ours says more
    }


def _hosting(
    opening: ServerSettings, prepare: Callable[[], None]
) -> Callable[[object], AbstractAsyncContextManager[dict[str, object] | None]]:
    """Prepare the first page, print where others find the app, sweep up after those who left."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        from streamlit import config, runtime

        prepare()
        if not is_loopback(opening.host):
            port = config.get_option("server.port")
            urls = share_notice.addresses(opening.host, port, opening.base_path)
            share_notice.show(urls, policy.current())
        async with cleaning_up(runtime.get_instance()):
            yield

    return lifespan


def _admit_crash(error: Exception) -> bool:
    """Say where the details are; Streamlit's own message speaks of its cloud."""
    import streamlit

    streamlit.error(
        f"This page ran into a mistake of ours ({type(error).__name__}). The terminal that runs "
        "the app shows the details; reload the page to go on."
    )
    return True  # the message above is all that the page shows


def _unknown() -> None:
    """Say nothing about this machine's address."""


def check_free(host: str, port: int) -> None:
    """Make sure that the app can listen there.

    Raises:
        RequestError: if the port is taken or reserved, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise RequestError(_refusal(host, port, error)) from error


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use; choose another one: "
            f"--port {port + 1}, or make app PORT={port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system; choose one from 1024 on."
    return f"This machine has no address {host!r}; leave --host out or name one of its own."
