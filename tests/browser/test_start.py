"""The first thing that a person sees, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from opened_app import App


def test_the_app_opens_on_a_page_with_a_title(app: App) -> None:
    app.open()
    expect(app.page.get_by_role("heading", level=1).first).to_be_visible()


def test_the_browser_is_asked_for_no_icon_or_style_of_another_host(app: App) -> None:
    """The browser fetches a page's icon by itself, so that no request shows."""
    app.open()
    links = app.page.locator("link[href]").evaluate_all("links => links.map(link => link.href)")
    assert links
    assert [link for link in links if not link.startswith((app.url, "data:"))] == []
