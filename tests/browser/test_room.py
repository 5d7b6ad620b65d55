"""A full room behind a reverse proxy, in a real browser: the line, the path, the uploads."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from opened_app import App
from started_app import serving

BASE_PATH = "lab/resnet"


class Proxy:
    """What nginx does with one location: it hands on what lies below it, and nothing else.

    Each connection is one stream of bytes in both directions, so a websocket passes as it is.
    """

    def __init__(self, port: int) -> None:
        self.refused: list[str] = []
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hand_on, args=(browser,), daemon=True).start()

    def _hand_on(self, browser: socket.socket) -> None:
        with browser:
            head = browser.recv(65536)
            path = head.split(b" ", 2)[1].decode() if head else ""
            if not path.startswith(f"/{BASE_PATH}"):
                self.refused += [path] if path else []
                return
            with suppress(ConnectionRefusedError), socket.create_connection(self._target) as app:
                app.sendall(head)
                back = threading.Thread(target=_copy, args=(app, browser), daemon=True)
                back.start()
                _copy(browser, app)
                back.join()

    def close(self) -> None:
        self._listener.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass  # either side has gone
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The app with one place, under a path, behind a proxy."""
    folder = tmp_path_factory.mktemp("room")
    options = ("--sessions", "1", "--base-path", BASE_PATH)
    with serving(folder, *options, base_path=BASE_PATH) as url:
        proxy = Proxy(int(re.findall(r":(\d+)", url)[0]))
        yield proxy
        proxy.close()


@pytest.fixture
def tabs(browser: Browser) -> Iterator[list[Page]]:
    """Two browsers that share nothing."""
    contexts = [browser.new_context(reduced_motion="reduce") for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def test_behind_a_proxy_the_app_works_and_a_full_room_opens_by_itself(
    proxy: Proxy, tabs: list[Page], photo: Image.Image, tmp_path: Path
) -> None:
    first, second = (App(page, proxy.url) for page in tabs)
    first.open(f"/{BASE_PATH}")
    expect(first.page.get_by_role("heading", level=1, name="Explain")).to_be_visible()

    second.page.goto(f"{proxy.url}/{BASE_PATH}/?sample=cat")
    expect(second.page.get_by_role("heading", level=1)).to_contain_text("The room is full")
    expect(second.page.get_by_text("You are next.")).to_be_visible()
    expect(second.page.locator("[data-testid=stSidebar]")).to_have_count(0)

    photo.save(tmp_path / "secret-name.png")
    first.page.locator("input[type=file]").first.set_input_files(tmp_path / "secret-name.png")
    expect(first.page.get_by_role("button", name="Remove my photos")).to_be_visible()
    first.page.reload()
    first.settle()
    expect(first.page.get_by_role("heading", level=1, name="Explain")).to_be_visible()
    expect(second.page.get_by_text("You are next.")).to_be_visible()

    first.page.close()
    expect(second.page.get_by_role("heading", level=1, name="Explain")).to_be_visible()
    assert second.page.url.endswith(f"/{BASE_PATH}/?sample=cat")
    assert proxy.refused == []
    assert (first.elsewhere, second.elsewhere) == ([], [])
