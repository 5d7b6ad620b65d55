"""Walks with the network bar in a real browser: a phone, Back and Forward, zoom, no weights."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect
from skimage import data

from opened_app import App

PHONE: ViewportSize = {"width": 390, "height": 844}
FETCH = re.compile(r"^Fetch \d+\sMB")  # of the notice about missing weights


def picture(page: Page, described: str) -> Locator:
    """The photo with the heatmap: which photo, and which block."""
    return page.get_by_role("img", name=re.compile(described.replace(" ", ".* heatmap of ")))


def depth(page: Page, name: str) -> Locator:
    return page.get_by_role("radiogroup", name="Depth").get_by_role("radio", name=name, exact=True)


def bar(page: Page) -> Locator:
    return page.locator(".st-key-network_bar")


def coffee() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(data.coffee()).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_phone_shows_the_answer_and_changes_the_depth_with_one_tap(app: App) -> None:
    page = app.page
    page.set_viewport_size(PHONE)
    app.open()
    for part in (bar(page), depth(page, "152"), page.get_by_role("heading", level=2)):
        expect(part).to_be_in_viewport(ratio=1)
    expect(picture(page, " layer4.1")).to_be_in_viewport(ratio=0.9)
    more = page.get_by_role("button", name="More", exact=True)
    more.click()
    expect(page.get_by_label("Weights")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="CPU")).to_be_in_viewport(ratio=1)
    depth(page, "50").click()
    expect(picture(page, " layer4.2")).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_label("Weights")).to_be_hidden()


def test_a_phone_explains_an_own_photo_after_two_taps(app: App) -> None:
    page = app.page
    page.set_viewport_size(PHONE)
    app.open()
    page.get_by_role("button", name="Photo", exact=True).click()
    uploader = page.get_by_test_id("stFileUploaderDropzone").first
    with page.expect_file_chooser() as chooser:
        uploader.get_by_test_id("stBaseButton-secondary").click()
    file = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": coffee()}
    chooser.value.set_files(file)  # type: ignore[arg-type]  # Playwright's own TypedDict
    expect(picture(page, "^Photo ")).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    page.get_by_role("button", name="Expand sidebar").click()
    page.get_by_role("link", name="Activations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activations")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


def test_back_undoes_and_forward_redoes_one_step_each(app: App) -> None:
    page = app.page
    app.open()
    cup = page.get_by_role("radio", name="Cup of coffee")
    block = page.get_by_role("radio", name="layer3.0", exact=True)
    steps = [  # what is clicked, and what is there only after that
        (None, picture(page, "^Kangaroo layer4.1")),
        (cup, picture(page, "^Cup layer4.1")),
        (depth(page, "34"), picture(page, "^Cup layer4.2")),
        (block, picture(page, "^Cup layer3.0")),
        (page.get_by_role("link", name="Anatomy"), page.locator("h1", has_text="Anatomy")),
        (depth(page, "50"), page.get_by_role("radio", name="50", exact=True, checked=True)),
    ]
    for clicked, shown in steps:
        if clicked is not None:
            clicked.click()
        expect(shown).to_be_visible()
        app.settle()
    for _, shown in reversed(steps[:-1]):
        page.evaluate("history.back()")
        expect(shown).to_be_visible()
        app.settle()
    for _, shown in steps[1:]:
        page.evaluate("history.forward()")
        expect(shown).to_be_visible()
        app.settle()
    assert "variant=resnet50" in page.url


def test_the_bar_does_not_cover_a_page_at_twice_the_size(app: App) -> None:
    page = app.page
    for width, height in ((720, 450), (360, 640)):  # a laptop and a phone
        page.set_viewport_size({"width": width, "height": height})
        app.open()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
        page.get_by_role("button", name="Everything (ZIP)").click(trial=True)
        box = bar(page).bounding_box()
        assert box is None or box["y"] < 0 or box["height"] < height / 8


def test_a_family_without_weights_at_hand_says_so_and_offers_ways_on(app: App) -> None:
    page = app.page
    app.open()
    page.get_by_label("Family").select_option("ResNeXt")
    expect(page.get_by_text("There is no built-in ResNeXt-50 32x4d")).to_be_visible()
    deeper = depth(page, "101 32x8d")
    expect(deeper).to_be_disabled()
    deeper.click(force=True)
    expect(page.get_by_text("Built-in: none for ResNeXt-101 32x8d")).to_be_visible()
    page.get_by_role("button", name="Take ResNeXt-50 32x4d").click()
    expect(page.get_by_role("button", name=FETCH)).to_be_visible()
    expect(deeper).to_be_enabled()
    app.settle()  # the button stood elsewhere in the notice before
    page.get_by_role("button", name="Back to ResNet-18 (Built-in)").click()
    expect(depth(page, "18")).to_be_checked()
    expect(page.get_by_role("button", name=FETCH)).to_have_count(0)
