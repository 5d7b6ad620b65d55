"""A pinned picture beside the present one, in a real browser and with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from opened_app import App
from test_accessibility import TWO_LOOKS, faults


def picture(app: App, described: str) -> Locator:
    """A photo with its map, as assistive technology sees it."""
    return app.page.get_by_role("img", name=re.compile(described))


def top(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"]


def test_two_methods_are_compared_with_two_keystrokes_and_the_pinned_one_stays(app: App) -> None:
    page = app.page
    page.set_viewport_size({"width": 1440, "height": 760})
    app.open()
    page.evaluate("document.querySelector('.st-key-overlay').marked = true")
    page.get_by_role("button", name="Pin", exact=True).press("Enter")
    unpin = page.get_by_role("button", name="Unpin")
    expect(unpin).to_be_focused()
    page.get_by_role("radio", name="HiRes-CAM", exact=True).press("Enter")
    pinned = picture(app, "^Pinned: Kangaroo with the Grad-CAM heatmap of layer4.1 for kangaroo")
    present = picture(app, "^Kangaroo with the HiRes-CAM heatmap of layer4.1 for kangaroo")
    for part in (pinned, present, page.get_by_role("heading", level=2)):
        expect(part).to_be_in_viewport(ratio=1)
    app.settle()
    assert page.evaluate("document.querySelector('.st-key-overlay').marked"), "it is drawn anew"
    assert top(pinned) == top(present)
    page.get_by_role("radio", name="34", exact=True).press("Enter")
    page.get_by_role("radio", name="Butterfly", exact=True).press("Enter")
    expect(picture(app, "^Butterfly with the HiRes-CAM heatmap of layer4.2")).to_be_visible()
    page.get_by_role("radio", name="layer3.0", exact=True).press("Enter")
    expect(picture(app, "^Butterfly with the HiRes-CAM heatmap of layer3.0")).to_be_visible()
    app.settle()
    expect(pinned).to_be_visible()
    expect(page.get_by_text("Pinned · ResNet-18 · Built-in · kangaroo")).to_be_visible()
    expect(page.get_by_text("Now · ResNet-34 · Built-in · butterfly")).to_be_visible()
    kept = page.evaluate("Object.keys(window.resnetExplorerPhotos)")
    assert {"kangaroo", "butterfly"} <= set(kept)
    assert faults(app, *TWO_LOOKS) == {}
    page.set_viewport_size({"width": 390, "height": 844})
    app.settle()
    present = picture(app, "^Butterfly with the HiRes-CAM")
    assert top(pinned) < top(present) < top(page.get_by_role("heading", level=2))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    unpin.press("Enter")
    expect(pinned).to_have_count(0)
    expect(present).to_be_visible()
