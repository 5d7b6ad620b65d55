"""Tests of explorer/serving/server.py."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.formparsers import MultiPartParser
from streamlit import net_util

from explorer.errors import RequestError
from explorer.paths import ENTRY_SCRIPT
from explorer.serving import policy, server
from explorer.serving.server import ServerSettings, check_free, serve

COMMAND = Path(sys.executable).with_name("resnet-explorer")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_one_sentence_that_names_another(taken_port: int) -> None:
    with pytest.raises(RequestError, match=f"Port {taken_port} is in use; choose another"):
        check_free("127.0.0.1", taken_port)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(RequestError, match=r"no address '203\.0\.113\.1'"):
        check_free("203.0.113.1", 0)


def test_a_free_port_stays_free(taken_port: int) -> None:
    check_free("127.0.0.1", 0)


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "lan_addresses", lambda host: ["192.168.1.23"])
    monkeypatch.setattr(server, "host_names", lambda: ["lab", "lab.local"])


def test_on_this_machine_only_its_own_names_are_answered() -> None:
    assert ServerSettings().allowed_hosts == ["localhost", "127.0.0.1", "::1"]


@pytest.mark.usefixtures("lan")
def test_open_to_the_network_its_addresses_and_names_are_answered_and_no_others() -> None:
    hosts = ServerSettings(host="0.0.0.0").allowed_hosts
    assert {"localhost", "127.0.0.1", "192.168.1.23", "lab", "lab.local"} <= set(hosts)
    assert "*" not in hosts


def test_the_name_of_a_proxy_is_answered_when_it_is_given() -> None:
    assert "school.example" in ServerSettings(names=("school.example",)).allowed_hosts


@pytest.mark.parametrize(
    ("settings", "allowed", "megabytes"),
    [
        (ServerSettings(), True, 600),
        (ServerSettings(host="localhost"), True, 600),
        (ServerSettings(host="::1"), True, 600),
        (ServerSettings(host="0.0.0.0"), False, 200),
        (ServerSettings(host="192.168.1.23"), False, 200),
        (ServerSettings(base_path="lab"), False, 200),
        (ServerSettings(names=("school.example",)), False, 200),
        (ServerSettings(host="0.0.0.0", allow_checkpoints=True), True, 600),
    ],
    ids=["loopback", "name", "ipv6", "everywhere", "lan", "proxy-path", "proxy-name", "allowed"],
)
def test_checkpoints_are_taken_from_this_machine_alone_unless_allowed(
    started: dict[str, Any], settings: ServerSettings, allowed: bool, megabytes: int
) -> None:
    serve(settings, prepare=lambda: None)
    assert policy.current().checkpoints is allowed
    assert started["server.maxUploadSize"] == megabytes
    assert gc.isenabled()  # while the app starts, it is not


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The configuration with which the server was started; it does not run."""
    settings: dict[str, Any] = {}

    class App:
        def __init__(self, script: Path, **options: object) -> None:
            settings["script"] = script

        def run(self, config: dict[str, object]) -> None:
            settings.update(config)
            settings["external"] = net_util.get_external_ip()

    monkeypatch.setattr(streamlit, "App", App)
    monkeypatch.setattr(server, "check_free", lambda host, port: None)
    monkeypatch.setattr(server.analysis_log, "to_stderr", lambda: None)
    monkeypatch.setattr(policy, "_current", policy.current())
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(sys, "argv", sys.argv)
    return settings


def test_the_server_asks_no_host_on_the_internet_for_its_own_address(
    started: dict[str, Any],
) -> None:
    serve(ServerSettings(host="0.0.0.0", port=0, headless=True), prepare=lambda: None)
    assert started["script"] == ENTRY_SCRIPT
    assert started["server.address"] == "0.0.0.0"
    assert started["external"] is None  # and the suite fails if it left the machine


def test_photos_are_never_spooled_to_the_disk(started: dict[str, Any]) -> None:
    serve(ServerSettings(), prepare=lambda: None)
    assert MultiPartParser.spool_max_size > policy.ZIP_MB * 2**20


def test_the_bound_on_sessions_and_the_path_reach_the_server(started: dict[str, Any]) -> None:
    serve(ServerSettings(sessions=7, base_path="lab/resnet"), prepare=lambda: None)
    admission = policy.current().admission
    assert admission is not None
    assert admission.places == 7
    assert started["server.baseUrlPath"] == "lab/resnet"


def test_the_command_refuses_a_taken_port_with_exit_code_2(taken_port: int) -> None:
    command = [COMMAND, "--headless", "--port", str(taken_port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(taken_port) in done.stderr
