"""The ways in for photos, in a real browser: dropped, pasted, a folder, the camera."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from pillow_heif import register_heif_opener
from playwright.sync_api import Browser, JSHandle, Locator, Page, expect
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


def upload(app: App, *files: tuple[str, bytes]) -> None:
    """Choose files with the uploader, and wait until the app is done with them."""
    chosen = [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    app.page.locator("input[type=file]").first.set_input_files(chosen)
    expect(app.page.get_by_role("radio", name=re.compile("^Photo ")).first).to_be_attached()
    app.settle()


def photos(app: App) -> Locator:
    """The reader's own photos in the tray."""
    return app.page.get_by_role("radio", name=re.compile("^Photo "))


def test_a_reload_keeps_the_photos_and_no_other_tab_or_browser_gets_them(
    opened: App, browser: Browser
) -> None:
    page, jpeg = opened.page, base64.b64decode(encoded("JPEG"))
    upload(opened, ("holiday.jpg", jpeg))
    page.reload()
    expect(picture(page, "Photo 1")).to_be_visible()
    expect(photos(opened)).to_have_accessible_name("Photo 1 · holiday.jpg")
    opened.settle()
    copied = page.evaluate("({...sessionStorage})")
    token = page.evaluate("window.resnetExplorerReturn.token")
    stolen = {"resnet-explorer-photos": token}
    stranger = browser.new_context(reduced_motion="reduce")
    for context, storage in ((page.context, copied), (page.context, stolen), (stranger, stolen)):
        other = App(context.new_page(), opened.url)
        other.page.add_init_script(
            f"for (const [key, value] of Object.entries({json.dumps(storage)})) "
            "sessionStorage.setItem(key, value);"
        )
        other.open("/?photo=own")
        other.settle(2500)  # it is asked whether the first tab is still open
        expect(photos(other)).to_have_count(0)
        expect(other.page.get_by_text("This link meant an uploaded photo")).to_be_visible()
        other.page.close()
    stranger.close()
    page.reload()  # the first tab has them nevertheless
    expect(picture(page, "Photo 1")).to_be_visible()
    opened.settle()
    page.get_by_role("button", name="Remove my photos").click()
    opened.settle()
    page.reload()
    opened.settle()
    expect(photos(opened)).to_have_count(0)


def test_any_file_is_taken_and_what_is_no_photo_gets_a_sentence_of_ours(opened: App) -> None:
    photo, heic = Image.fromarray(data.coffee()), io.BytesIO()
    register_heif_opener()
    photo.save(heic, "HEIF")
    jpeg = base64.b64decode(encoded("JPEG"))
    upload(
        opened, ("IMG_1.HEIC", heic.getvalue()), ("edge.jfif", jpeg + b" "), ("a.pdf", b"%PDF-1")
    )
    expect(photos(opened)).to_have_count(2)
    expect(picture(opened.page, "Photo 1")).to_be_visible()
    expect(opened.page.get_by_role("alert").filter(has_text="Photo 3 · a.pdf")).to_be_visible()
    expect(opened.page.get_by_text("not allowed")).to_have_count(0)


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
