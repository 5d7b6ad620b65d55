"""The app in a real Chromium: one server for the session, started as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from chromium import find_chromium
from opened_app import App

COMMAND = Path(sys.executable).with_name("resnet-explorer")
START_SECONDS = 60


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of this machine; where there is none, Playwright's own."""
    return browser_type_launch_args | {"executable_path": find_chromium()}


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started with its command from a folder that is not ours."""
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "app", "--port", "0", "--headless"],
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield wait_for_url(process, log)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)
    assert code == 0
    assert "Traceback" not in log.read_text()


def wait_for_url(process: subprocess.Popen[bytes], log: Path, base_path: str = "") -> str:
    """Wait until the app answers; return its address, as it is printed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        printed = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if printed and _is_healthy(f"{printed[0]}/{base_path}".rstrip("/")):
            return printed[0]
        time.sleep(0.05)
    raise RuntimeError(f"The app did not start:\n{log.read_text()}")


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture
def app(page: Page, server_url: str) -> Iterator[App]:
    """The app in a fresh browser profile; whatever the test does, it stays on this machine."""
    opened = App(page, server_url)
    yield opened
    assert opened.elsewhere == []
    assert opened.crashes == []
