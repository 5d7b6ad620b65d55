"""Other methods in a real browser: started, cancelled and compared with the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

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


def test_a_slow_method_is_started_with_the_keyboard_and_shown_in_the_same_picture(
    sample: App,
) -> None:
    pick(sample, "Guided Grad-CAM")
    expect(sample.page.get_by_text("s on this CPU.")).to_be_visible()
    start = button(sample, "Compute Guided Grad-CAM")
    start.focus()
    start.press("Enter")
    described = re.compile("with the Guided Grad-CAM heatmap for kangaroo")
    expect(sample.page.get_by_role("img", name=described)).to_be_visible()
    expect(start).to_have_count(0)
    sample.settle()
    assert "method=guided-grad-cam" in sample.page.url


def test_a_slow_method_can_be_cancelled_with_the_keyboard(sample: App) -> None:
    pick(sample, "Occlusion")
    button(sample, "Compute Occlusion").press("Enter")
    expect(sample.page.get_by_text(re.compile(r"Occlusion: step \d+ of 16"))).to_be_visible()
    button(sample, "Cancel").press("Enter")
    expect(sample.page.get_by_text(re.compile(r"Stopped after \d+ of 16 steps"))).to_be_visible()
    expect(button(sample, "Compute Occlusion")).to_be_visible()


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
