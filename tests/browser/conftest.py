"""The app in a real Chromium: one server for the session, started as a person starts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from chromium import find_chromium
from opened_app import App
from started_app import serving


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of this machine, else Playwright's own, with a camera that is drawn."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": camera}


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started with its command from a folder that is not ours."""
    with serving(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def app(page: Page, server_url: str) -> Iterator[App]:
    """The app in a fresh browser profile; whatever the test does, it stays on this machine."""
    opened = App(page, server_url)
    yield opened
    assert opened.elsewhere == []
    assert opened.crashes == []
