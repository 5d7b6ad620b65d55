"""A walk with a photo of something that the network never learned."""

from __future__ import annotations

import io
import re

from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import expect
from skimage import data

from opened_app import App
from test_accessibility import violations


def test_another_photo_than_it_knows(app: App) -> None:
    page = app.page
    app.open()
    page.get_by_role("button", name=re.compile(r"\d+ more")).click()
    page.get_by_role("radio", name="Greek coins").click()
    headline = page.get_by_role("heading", level=2).first
    expect(page.get_by_text("none of its 66 categories")).to_be_visible()

    buffer = io.BytesIO()
    Image.fromarray(data.chelsea()).save(buffer, "JPEG")
    file = {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_text("Nearest of 66 categories")).to_be_visible()
    label = headline.inner_text().partition(" · ")[0]
    expect(page.get_by_text(f"Nearest of 66 categories: {label}.")).to_be_visible()
    expect(page.get_by_text("Calibrated: ")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile(r"Fetch ResNet-50, 103\sMB"))).to_be_visible()

    page.get_by_role("button", name="The 66 categories").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(66)
    expect(dialog.get_by_text(label, exact=True)).to_be_visible()
    app.settle()
    page.evaluate(AXE_SCRIPT)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
