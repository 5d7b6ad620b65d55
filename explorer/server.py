"""The server of the app: Streamlit's own, bound to this machine unless told otherwise."""

from __future__ import annotations

import errno
import socket
import sys

from explorer.errors import RequestError
from explorer.paths import ENTRY_SCRIPT

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501
EVERY_INTERFACE = ("0.0.0.0", "::")


def serve(host: str, port: int, *, headless: bool) -> None:
    """Serve the app until Ctrl-C.

    Args:
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        headless: whether to leave the browser closed.

    Raises:
        RequestError: if nothing can listen there.
    """
    check_free(host, port)
    # Streamlit looks for .streamlit/config.toml beside this script.
    sys.argv = [str(ENTRY_SCRIPT)]
    config = {
        "server.address": host,
        "server.port": port,
        "server.headless": headless,
        "server.allowedHosts": allowed_hosts(host),
    }
    try:
        import streamlit
        from streamlit import net_util

        # Streamlit asks a host on the internet for our address, to print it and to compare it with
        # the origin of requests. We ask nobody: then only pages of our own may connect.
        net_util.get_external_ip = _unknown
        streamlit.App(ENTRY_SCRIPT, on_script_error=_admit_crash).run(config=config)
    except KeyboardInterrupt:
        print()  # the terminal shows ^C without a line end


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


def allowed_hosts(host: str) -> list[str]:
    """Name the hosts that a browser may address, against pages that rebind their own name to us.

    On every interface the machine's names are not known beforehand, so any name will do.
    """
    return ["*"] if host in EVERY_INTERFACE else ["localhost", "127.0.0.1", host]
