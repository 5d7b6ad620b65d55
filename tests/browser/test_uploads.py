"""The ways in for photos, in a real browser: dropped, pasted, a folder, the camera."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import JSHandle, Locator, Page, expect
from skimage import data

from opened_app import App

TRANSFER = """encoded => {
    const bytes = Uint8Array.from(atob(encoded), character => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'holiday.jpg', { type: 'image/jpeg' }));
    return transfer;
}"""
COPY = """async encoded => {
    const bytes = Uint8Array.from(atob(encoded), character => character.charCodeAt(0));
    const picture = new Blob([bytes], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}"""


@pytest.fixture
def opened(app: App) -> App:
    """The app on its finished sample."""
    app.open()
    expect(picture(app.page, "Kangaroo")).to_be_visible()
    return app


def picture(page: Page, title: str) -> Locator:
    return page.get_by_role("img", name=re.compile(f"^({title}).* heatmap of"))


def encoded(form: str) -> str:
    """A real photo as a file, as text."""
    buffer = io.BytesIO()
    Image.fromarray(data.coffee()).save(buffer, form)
    return base64.b64encode(buffer.getvalue()).decode()


def dragged(page: Page) -> JSHandle:
    return page.evaluate_handle(TRANSFER, encoded("JPEG"))


@pytest.mark.parametrize("place", ["stFileUploaderDropzone", "stMain"])
def test_a_photo_is_dropped_on_the_uploader_or_anywhere(opened: App, place: str) -> None:
    target, sent = opened.page.get_by_test_id(place).first, []
    opened.page.on("request", lambda request: sent.append(request.method))
    for event in ("dragenter", "dragover", "drop"):
        target.dispatch_event(event, {"dataTransfer": dragged(opened.page)})
    expect(picture(opened.page, "Photo 1")).to_be_visible()
    opened.settle()
    assert sent.count("PUT") == 1


def test_a_picture_is_pasted_without_a_click_before(opened: App) -> None:
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, encoded("PNG"))
    page.keyboard.press("Control+V")
    expect(picture(page, "Photo 1")).to_be_visible()
    opened.settle()
    expect(page.get_by_role("radio", name=re.compile("^Photo "))).to_have_count(1)


def test_a_folder_and_the_camera_are_two_more_ways_in(opened: App, tmp_path: Path) -> None:
    page = opened.page
    (tmp_path / "inside").mkdir()
    Image.fromarray(data.coffee()).save(tmp_path / "a.jpg")
    Image.fromarray(data.rocket()).save(tmp_path / "inside" / "b.png")
    (tmp_path / "notes.txt").write_text("no photo", encoding="utf-8")
    ways, camera = page.get_by_role("button", name="Folder or camera"), "Use the camera"
    ways.click()
    page.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path)
    expect(page.get_by_role("radio", name=re.compile("^Photo "))).to_have_count(2)
    opened.settle()
    if not page.get_by_text(camera).is_visible():
        ways.click()
    page.get_by_text(camera).click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
    page.get_by_role("button", name="Take Photo").click()
    expect(page.get_by_role("radio", name=re.compile("^Photo "))).to_have_count(3)
    expect(picture(page, "Photo 3")).to_be_visible()
