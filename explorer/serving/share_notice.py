"""The notice in the terminal when the app is open to a network: where, and to whom."""

from __future__ import annotations

import io
import sys
from typing import TextIO

import segno

from explorer.serving.network_addresses import EVERY_INTERFACE, host_names, lan_addresses, url
from explorer.serving.policy import Policy

WHITE_ON_BLACK, PLAIN = "\x1b[40;97m", "\x1b[0m"  # a camera reads the code on any background


def addresses(host: str, port: int, base_path: str = "") -> list[str]:
    """List the URLs to type into a browser, the most likely one first."""
    if host not in EVERY_INTERFACE:
        return [url(host, port, base_path)]
    hosts = [*lan_addresses(host), *host_names()]
    return [url(name, port, base_path) for name in hosts]


def share_notice(urls: list[str], policy: Policy) -> str:
    """Return the notice, with "{code}" in the place of the QR code.

    Args:
        urls: URLs to type into a browser, the best one first.
        policy: permissions of visitors.
    """
    first, *alternatives = urls
    lines = ["", "  ResNet Explorer is open to this network. Type into a browser:", ""]
    lines += [f"      {first}", "", "{code}"]
    if alternatives:
        lines += [f"  If that does not answer: {', '.join(alternatives)}", ""]
    places = f", {policy.admission.places} at once" if policy.admission else ""
    lines += [
        f"  Anyone on this network can use it{places}; there is no password.",
        "  Cameras need HTTPS or localhost: on other machines, choose a photo from a file.",
        f"  Visitors {'can' if policy.checkpoints else 'cannot'} upload checkpoints; "
        f"a file may have up to {policy.upload_mb} MB.",
        "  Ctrl-C ends it.",
        "",
    ]
    return "\n".join(lines)


def show(urls: list[str], policy: Policy, terminal: TextIO | None = None) -> None:
    """Print the notice with a QR code of the first URL."""
    terminal = terminal or sys.stdout
    text = share_notice(urls, policy).replace("{code}", _code(urls[0], terminal))
    print(text, file=terminal, flush=True)


def _code(address: str, terminal: TextIO) -> str:
    """Return a QR code of the address; "" if the terminal cannot print block characters."""
    code = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(code, compact=True)
    lines = code.getvalue().splitlines()
    try:
        code.getvalue().encode(terminal.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    if terminal.isatty():
        lines = [f"{WHITE_ON_BLACK}{line}{PLAIN}" for line in lines]
    return "".join(f"      {line}\n" for line in lines)
