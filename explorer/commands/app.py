"""`resnet-explorer app`: open the app."""

from __future__ import annotations

import argparse
import re

from explorer.serving.policy import DEFAULT_SESSIONS
from explorer.serving.server import DEFAULT_HOST, DEFAULT_PORT, ServerSettings, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for the address, and for many visitors."""
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="default: %(default)s; 0 takes a free one"
    )
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        help="the address to listen on; 0.0.0.0 lets other machines in (default: %(default)s)",
    )
    parser.add_argument("--headless", action="store_true", help="do not open a browser")
    _add_sharing_arguments(parser.add_argument_group("for a room full of people"))


def _add_sharing_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--sessions",
        type=_sessions,
        default=DEFAULT_SESSIONS,
        metavar="N",
        help="browser tabs at once; others wait in line (default: %(default)s)",
    )
    group.add_argument(
        "--base-path",
        type=_base_path,
        default="",
        metavar="PATH",
        help="where a reverse proxy shows the app, e.g. lab/resnet",
    )
    group.add_argument(
        "--allow-host",
        action="append",
        default=[],
        dest="names",
        metavar="NAME",
        help="a further name in the browser's address bar, e.g. the proxy's; repeat for more",
    )
    group.add_argument(
        "--allow-checkpoints",
        action="store_true",
        help="let visitors upload weights of up to 600 MB; on this machine alone they may anyway",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve the app until Ctrl-C."""
    from explorer.ui import warmup

    serve(
        ServerSettings(
            host=arguments.host,
            port=arguments.port,
            headless=arguments.headless,
            base_path=arguments.base_path,
            names=tuple(arguments.names),
            sessions=arguments.sessions,
            allow_checkpoints=arguments.allow_checkpoints,
        ),
        warmup.start,
    )
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _sessions(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"give a whole number from 1, not {text!r}")
    return int(text)


def _base_path(text: str) -> str:
    path = text.strip("/")
    if path and not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", path, re.ASCII):
        raise argparse.ArgumentTypeError(f"a path is made of letters, digits and -, not {text!r}")
    return path
