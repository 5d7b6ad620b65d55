"""`resnet-explorer app`: open the app."""

from __future__ import annotations

import argparse

from explorer.server import DEFAULT_HOST, DEFAULT_PORT, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where to listen, and whether to open a browser."""
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="default: %(default)s; 0 takes a free one"
    )
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        help="the address to listen on; 0.0.0.0 lets other machines in (default: %(default)s)",
    )
    parser.add_argument("--headless", action="store_true", help="do not open a browser")


def run(arguments: argparse.Namespace) -> int:
    """Serve the app until Ctrl-C."""
    serve(arguments.host, arguments.port, headless=arguments.headless)
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)
