"""The app in a real Chromium: one server for the session, started as a person starts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from chromium import find_chromium
from opened_app import App
from started_app import serving


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of this machine, else Playwright's own, with a camera that is drawn."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": camera}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Ask for reduced motion: without a graphics card, most of a page's time goes into moving.

    What moves for everybody else is seen by the tests that ask for it with `with_motion`.
    """
    return browser_context_args | {"reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def profile(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser profile with an empty tab, which stays: a test's tab then opens no new window.

    A window and a cold cache of its own would take a test as much time as the app does.
    """
    profile = browser.new_context(**browser_context_args)
    profile.new_page()
    yield profile
    profile.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A fresh tab; nothing that the test leaves in the profile is there for the next one."""
    yield profile.new_page()
    for tab in profile.pages[1:]:
        tab.close()
    profile.clear_cookies()
    profile.clear_permissions()


@pytest.fixture
def with_motion(page: Page) -> None:
    """Let the page move as it does for most."""
    page.emulate_media(reduced_motion="no-preference")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started with its command from a folder that is not ours."""
    with serving(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def app(page: Page, server_url: str) -> Iterator[App]:
    """The app in a fresh tab; whatever the test does, it stays on this machine."""
    opened = App(page, server_url)
    yield opened
    storage = {"origin": server_url, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    assert opened.elsewhere == []
    assert opened.crashes == []
