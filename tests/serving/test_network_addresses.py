"""Tests of explorer/serving/network_addresses.py."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest

from explorer.serving import network_addresses
from explorer.serving.network_addresses import host_names, is_loopback, lan_addresses, url


def address(text: str) -> SimpleNamespace:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return SimpleNamespace(family=family, address=text)


@pytest.fixture
def interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {
        "lo": ["127.0.0.1", "::1"],
        "docker0": ["172.17.0.1"],
        "eth0": ["fe80::1%eth0", "2001:db8::5", "192.168.1.23"],
        "wlan1": ["192.168.7.7"],
    }
    by_interface = {name: [address(text) for text in texts] for name, texts in addresses.items()}
    by_interface["eth0"].append(SimpleNamespace(family=psutil.AF_LINK, address="02:00:00:00:00:01"))
    states = {name: SimpleNamespace(isup=name != "wlan1") for name in addresses}
    monkeypatch.setattr(network_addresses.psutil, "net_if_addrs", lambda: by_interface)
    monkeypatch.setattr(network_addresses.psutil, "net_if_stats", lambda: states)


@pytest.mark.usefixtures("interfaces")
def test_addresses_that_others_reach_come_first_and_those_of_containers_last() -> None:
    assert lan_addresses() == ["192.168.1.23", "172.17.0.1"]
    assert lan_addresses("::") == ["192.168.1.23", "2001:db8::5", "172.17.0.1"]


def test_names_are_lower_case_and_with_the_ending_of_local_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Lab.school.example")
    assert host_names() == ["lab.school.example", "lab", "lab.local"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.23", False),
        ("lab.example", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [("10.0.0.5", "", "http://10.0.0.5:80"), ("2001:db8::5", "lab", "http://[2001:db8::5]:80/lab")],
)
def test_the_address_is_written_as_a_browser_takes_it(host: str, path: str, expected: str) -> None:
    assert url(host, 80, path) == expected
