"""The brightest region of the map, hidden and alone left, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from opened_app import App
from test_accessibility import TWO_LOOKS, faults


def test_one_click_hides_the_region_one_key_keeps_only_it_and_both_can_be_undone(app: App) -> None:
    app.open("/")
    page = app.page
    page.get_by_role("button", name="Hide the brightest region").click()
    sentence = re.compile(r"^kangaroo [<>]?\s?\d+\.\d\s% \u2192 \d+\.\d\s%: it matters\.$")
    expect(page.get_by_text(sentence)).to_be_visible()
    seen = page.get_by_role("img", name=re.compile(r"as the network saw it\. Hidden: 20 %"))
    expect(seen).to_be_visible()
    app.settle()
    assert "test=region" in page.url
    assert faults(app, *TWO_LOOKS) == {}
    page.get_by_role("button", name="Keep only it").press("Enter")
    kept = page.get_by_role("img", name=re.compile(r"as the network saw it\. Shown: 20 %"))
    expect(kept).to_be_visible()
    expect(page.get_by_role("button", name="Keep only it")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(kept).to_have_count(0)
    app.settle()
    assert "test=" not in page.url
