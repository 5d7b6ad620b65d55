"""Demo mode, the copied picture and the slides in a real browser: they show what the page shows."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
from axe_playwright_python.base import AXE_SCRIPT
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.figures.explain.slide import DARK
from explorer.figures.explain.slide_layout import photo_box
from opened_app import App
from test_accessibility import violations

SCREENS = ((1280, 720), (1920, 1080))
COPIED = """async () => {
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array(await (await item.getType('image/png')).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""
REFUSE = "() => { navigator.clipboard.write = () => Promise.reject(new Error('not allowed')); }"
CELLS = """stage => {
    const [all, box] = [stage, stage.querySelector('.frame')].map(e => e.getBoundingClientRect());
    const {width, height} = stage.querySelector('.heat');
    return {size: [width, height],
        left: (box.left - all.left) / all.width, width: box.width / all.width,
        top: (box.top - all.top) / all.height, height: box.height / all.height};
}"""
SCROLLS = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth];
}"""


def opacity(page: Page) -> float:
    return float(page.locator(".heat").first.evaluate("heat => getComputedStyle(heat).opacity"))


def test_demo_mode_is_entered_steered_and_left_by_key(app: App) -> None:
    page, sidebar = app.page, app.page.get_by_test_id("stSidebar")
    app.open()
    page.get_by_role("combobox", name=re.compile("Class to explain")).focus()
    page.keyboard.type("d")
    page.keyboard.press("Escape")
    app.settle()
    expect(sidebar).to_be_visible()
    page.locator("body").evaluate("body => document.activeElement.blur()")
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")  # counts, though the app has not answered the first one yet
    expect(sidebar).not_to_be_visible()
    page.wait_for_url("**present=yes**")
    network, block = page.locator(".demo .network"), page.locator(".demo .block")
    expect(network).to_have_text("ResNet-34")
    page.wait_for_url("**variant=resnet34**")
    expect(page.get_by_role("img", name=re.compile("heatmap of layer4.2"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(block).to_have_text("layer4.1")
    page.wait_for_url("**layer=layer4.1**")
    page.keyboard.press("ArrowUp")
    expect(block).to_have_text("layer4.2")
    page.keyboard.press("ArrowLeft")
    expect(network).to_have_text("ResNet-18")
    app.settle()
    shown = opacity(page)
    page.keyboard.press("Space")
    expect(page.locator(".heat").first).to_have_css("opacity", "0")
    page.keyboard.press("Space")
    assert opacity(page) == shown > 0
    expect(page.get_by_role("button", name="Leave")).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        app.settle()
        assert page.evaluate(SCROLLS) == [0, 0]
        answer = page.get_by_role("heading", level=2).first
        size = float(answer.evaluate("text => parseFloat(getComputedStyle(text).fontSize)"))
        assert size > height / 15
        photo = page.locator(".stage").first.bounding_box()
        assert photo
        assert photo["height"] > 0.6 * height
        assert violations(page) == []
    page.keyboard.press("Escape")
    expect(sidebar).to_be_visible()
    page.get_by_role("button", name="Demo mode").click()
    expect(sidebar).not_to_be_visible()
    page.get_by_role("button", name="Leave").click()
    expect(sidebar).to_be_visible()
    assert "present" not in page.url


def cells_of(picture: Image.Image, box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """The mean colours of the 5 x 5 cells of a map in a picture, without those under the chip.

    Args:
        picture: the picture.
        box: edges of the map in the picture: left, top, width, height.
    """
    pixels, (left, top, width, height) = np.asarray(picture.convert("RGB"), float), box
    reach = max(2, round(width / 25))
    colours = []
    for row in range(4):
        for column in range(5):
            y, x = top + (row + 0.5) / 5 * height, left + (column + 0.5) / 5 * width
            patch = pixels[round(y) - reach : round(y) + reach, round(x) - reach : round(x) + reach]
            colours.append(patch.mean((0, 1)))
    return np.array(colours)


def test_what_is_copied_and_what_is_on_the_slide_is_what_is_on_the_screen(
    app: App, tmp_path: Path
) -> None:
    page = app.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.emulate_media(color_scheme="dark")
    app.open("/?palette=viridis&opacity=60&cells=yes")
    stage = page.locator(".stage").first
    placed, (wide, high) = stage.evaluate(CELLS), stage.evaluate(CELLS)["size"]
    frame = [placed[edge] for edge in ("left", "top", "width", "height")]
    screen = Image.open(io.BytesIO(stage.screenshot()))

    def on(width: float, height: float, x: float = 0, y: float = 0) -> NDArray[np.float64]:
        left, top, across, down = frame
        return np.array([x + left * width, y + top * height, across * width, down * height])

    expected = cells_of(screen, tuple(on(*screen.size)))
    page.get_by_role("button", name="Copy picture").click()
    expect(page.get_by_role("status").filter(has_text="Picture copied")).to_be_visible()
    copied = Image.open(io.BytesIO(base64.b64decode(page.evaluate(COPIED))))
    np.testing.assert_allclose(cells_of(copied, tuple(on(wide, high))), expected, atol=9)
    with page.expect_download() as download:
        page.get_by_role("button", name="Slide").click()
    download.value.save_as(tmp_path / "slide.png")
    slide, box = Image.open(tmp_path / "slide.png").convert("RGB"), photo_box((wide, high))
    on_slide = cells_of(slide, tuple(on(box.width, box.height, box.left, box.top)))
    np.testing.assert_allclose(on_slide, expected, atol=9)
    for picture, corner in ((slide, (5, 5)), (copied.convert("RGB"), (2, copied.height - 3))):
        assert "#{:02X}{:02X}{:02X}".format(*picture.getpixel(corner)) == DARK.paper
    page.evaluate(REFUSE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Copy picture").click()
    assert download.value.suggested_filename == "resnet18-grad-cam-layer4.1-kangaroo.png"
    expect(page.get_by_role("status").filter(has_text="Saved as a file")).to_be_visible()


def test_three_clicks_lead_to_a_slide_of_a_depth_duel(app: App, tmp_path: Path) -> None:
    page = app.page
    app.open()
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("tab", name="Depth duel").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Slide").click()
    download.value.save_as(tmp_path / "duel.png")
    assert download.value.suggested_filename.startswith("duel-resnet18-resnet34-")
    with Image.open(tmp_path / "duel.png") as slide:
        assert slide.size == (1920, 1080)
        assert slide.getpixel((5, 5)) == (255, 255, 255)
