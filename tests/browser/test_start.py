"""The first thing that a person sees, in a real browser."""

from __future__ import annotations

import gzip
import re
import socket
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from opened_app import App
from patience import PATIENCE


@pytest.mark.usefixtures("with_motion")
def test_the_app_opens_on_a_page_with_a_title_and_our_style_and_nothing_of_elsewhere(
    app: App,
) -> None:
    app.open()
    expect(app.page.get_by_role("heading", level=1).first).to_be_visible()
    expect(app.page.locator(".starting")).to_be_hidden()

    # The browser is asked for no icon or style of another host: it fetches a page's icon by
    # itself, so that no request shows.
    links = app.page.locator("link[href]").evaluate_all("links => links.map(link => link.href)")
    assert links
    assert [link for link in links if not link.startswith((app.url, "data:"))] == []

    # Our style comes with the page once, and wins over that of Streamlit.
    ours = "styles => styles.filter(style => style.textContent.includes('What the theme')).length"
    assert app.page.locator("style").evaluate_all(ours) == 1
    expect(app.page.get_by_test_id("stMainBlockContainer")).to_have_css("max-width", "1360px")


def test_until_the_scripts_are_there_the_page_says_what_it_will_be(app: App) -> None:
    app.page.route("**/static/js/*", lambda route: route.abort())
    app.page.goto(app.url)
    expect(app.page).to_have_title("ResNet Explorer")
    expect(app.page.get_by_text("See where a network looks in your photo")).to_be_visible()


def test_the_scripts_of_the_first_page_come_compressed(server_url: str) -> None:
    page = urlopen(Request(server_url, headers={"Accept": "text/html"}), timeout=PATIENCE)
    linked = re.findall(rb'(?:src|href)="\./(static/js/[^"]+)"', page.read())
    plain = sent = 0
    for name in linked:
        request = Request(f"{server_url}/{name.decode()}", headers={"Accept-Encoding": "gzip"})
        with urlopen(request, timeout=PATIENCE) as answer:
            body = answer.read()
            zipped = answer.headers["Content-Encoding"] == "gzip"
        sent += len(body)
        plain += len(gzip.decompress(body) if zipped else body)
    assert plain > 1_000_000
    assert sent < 0.3 * plain


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1", "http://127.0.0.1", "101"),
        ("rebound.example", "http://rebound.example", "403"),
        ("127.0.0.1", "http://elsewhere.example", "403"),
    ],
    ids=["own-page", "rebound-name", "foreign-page"],
)
def test_only_a_page_of_our_own_may_connect(
    server_url: str, host: str, origin: str, status: str
) -> None:
    port = urlsplit(server_url).port
    headers = {
        "Host": f"{host}:{port}",
        "Origin": f"{origin}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    lines = ["GET /_stcore/stream HTTP/1.1", *(": ".join(pair) for pair in headers.items())]
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        assert connection.recv(64).split()[1].decode() == status
