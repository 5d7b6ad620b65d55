"""Names and addresses under which other machines reach this one, found without any request."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import psutil

EVERY_INTERFACE = ("0.0.0.0", "::")
# Interfaces of containers and virtual machines, which other machines cannot reach.
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "cni", "podman")


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def lan_addresses(host: str = "0.0.0.0") -> list[str]:
    """List the addresses of this machine, those of physical interfaces first.

    Args:
        host: address the server listens on; "0.0.0.0" excludes IPv6.
    """
    states = psutil.net_if_stats()
    physical: list[str] = []
    virtual: list[str] = []
    for interface, address in _addresses():
        if interface in states and not states[interface].isup:
            continue
        if host == "::" or ":" not in address:
            (virtual if interface.startswith(_VIRTUAL) else physical).append(address)
    return sorted(physical, key=_is_ipv6) + sorted(virtual, key=_is_ipv6)


def _addresses() -> Iterator[tuple[str, str]]:
    for interface, entries in psutil.net_if_addrs().items():
        for entry in entries:
            if entry.family in (socket.AF_INET, socket.AF_INET6):
                address = ipaddress.ip_address(entry.address.partition("%")[0])
                if not (address.is_loopback or address.is_link_local):
                    yield interface, str(address)


def _is_ipv6(address: str) -> bool:
    return ":" in address


def host_names() -> list[str]:
    """List the names by which its network may know this machine."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return list(dict.fromkeys([name, short, f"{short}.local"]))  # mDNS adds .local


def url(host: str, port: int, base_path: str = "") -> str:
    """Return the URL to type into a browser."""
    address = f"[{host}]" if _is_ipv6(host) else host
    return f"http://{address}:{port}/{base_path}".rstrip("/")
