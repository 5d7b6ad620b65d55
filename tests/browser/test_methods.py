"""The methods in a real browser: at once, started and cancelled with the keyboard, compared."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from explorer.figures.explain.explained_photo import BRIGHTNESS
from opened_app import App


@pytest.fixture
def sample(app: App) -> App:
    """The app on its sample, finished."""
    app.open()
    return app


def pick(app: App, title: str) -> None:
    """Choose a method by its name."""
    option = app.page.get_by_role("radio", name=title, exact=True)
    option.focus()
    option.press("Enter")
    app.settle()


def button(app: App, name: str) -> Locator:
    return app.page.get_by_role("button", name=name)


def test_a_slow_method_waits_above_the_fold_and_is_cancelled_with_the_keyboard(app: App) -> None:
    page = app.page
    page.set_viewport_size({"width": 1440, "height": 760})
    app.open("/?variant=resnet152")
    pick(app, "Occlusion")
    start = button(app, "Compute Occlusion")
    heading = page.get_by_role("heading", level=2)
    for part in (start, page.locator(".st-key-overlay .stage"), heading):
        expect(part).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Until then the picture shows Grad-CAM.")).to_be_visible()
    expect(page.locator(".st-key-overlay .chip")).to_have_text("Grad-CAM · kangaroo · layer4.2")
    start.press("Enter")
    expect(page.get_by_text(re.compile(r"Occlusion: step \d+ of 16"))).to_be_visible()
    button(app, "Cancel").press("Enter")
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 16 steps"))).to_be_visible()
    expect(start).to_be_visible()


def expect_picture(app: App, described: re.Pattern[str]) -> None:
    """Wait for a picture; press the button for it if the machine is too busy to be quick."""
    picture, start = app.page.get_by_role("img", name=described), button(app, "Compute")
    expect(picture.or_(start)).to_be_visible()
    if start.is_visible():
        start.press("Enter")
    expect(picture).to_be_visible()


def test_a_method_of_pixels_is_drawn_for_each_photo_and_a_block_leads_back(sample: App) -> None:
    page, stage = sample.page, sample.page.locator(".st-key-overlay .stage")
    pick(sample, "HiRes-CAM")
    pick(sample, "Guided Backprop")
    for name in ("Kangaroo", "Butterfly"):
        page.get_by_role("radio", name=name, exact=True).press("Enter")
        described = re.compile(f"^{name} with the Guided Backprop heatmap for")
        expect_picture(sample, described)
        expect(button(sample, "Compute")).to_have_count(0)
        expect(stage.locator(".ground")).to_have_css(
            "backdrop-filter", f"grayscale(1) brightness({BRIGHTNESS})"
        )
    blocks = page.get_by_role("radiogroup", name="Block to explain").get_by_role("radio")
    for mark in blocks.evaluate_all("all => all.map(one => one.ariaChecked)"):
        assert mark == "false"
    expect(page.get_by_text("Click a block to go back to HiRes-CAM.")).to_be_visible()
    page.get_by_role("radio", name="layer4.0", exact=True).press("Enter")
    described = re.compile("with the HiRes-CAM heatmap of layer4.0")
    expect(page.get_by_role("img", name=described)).to_be_visible()
    expect(page.get_by_role("radio", name="layer4.0", exact=True)).to_be_checked()
    expect(stage.locator(".ground")).to_have_css("backdrop-filter", "none")


def test_methods_side_by_side_are_aligned_and_follow_the_large_picture(sample: App) -> None:
    page = sample.page
    page.get_by_text("Methods side by side").click()
    for title in ("Grad-CAM", "HiRes-CAM"):
        page.get_by_test_id("stExpander").get_by_role("button", name=title, exact=True).press(
            "Enter"
        )
        sample.settle()
    stages = page.locator(".stage:has(.heat)")
    expect(stages).to_have_count(3)
    boxes = [stage.bounding_box() for stage in stages.all()[1:]]
    assert all(boxes)
    first, second = (box for box in boxes if box)
    assert (first["y"], first["height"]) == (second["y"], second["height"])
    expect(page.get_by_role("img", name="Colour bar")).to_have_count(3)
    page.get_by_label("Opacity").first.press("Home")
    expect(page.locator(".heat").nth(2)).to_have_css("opacity", "0")
