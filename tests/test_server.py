"""Tests of explorer/server.py."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from streamlit import net_util

from explorer.errors import RequestError
from explorer.paths import ENTRY_SCRIPT
from explorer.server import allowed_hosts, check_free, serve

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


def test_only_names_of_this_machine_are_answered_unless_it_is_opened_to_others() -> None:
    assert allowed_hosts("127.0.0.1") == ["localhost", "127.0.0.1", "127.0.0.1"]
    assert "classroom.example" in allowed_hosts("classroom.example")
    assert allowed_hosts("0.0.0.0") == ["*"]


def test_the_server_asks_no_host_on_the_internet_for_its_own_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []

    class App:
        def __init__(self, script: Path, **options: object) -> None:
            started.append(script)

        def run(self, config: dict[str, object]) -> None:
            assert config["server.address"] == "0.0.0.0"
            assert net_util.get_external_ip() is None  # the suite fails if this leaves the machine

    monkeypatch.setattr(streamlit, "App", App)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(sys, "argv", sys.argv)
    serve("0.0.0.0", 0, headless=True)
    assert started == [ENTRY_SCRIPT]


def test_the_command_refuses_a_taken_port_with_exit_code_2(taken_port: int) -> None:
    command = [COMMAND, "--headless", "--port", str(taken_port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(taken_port) in done.stderr
