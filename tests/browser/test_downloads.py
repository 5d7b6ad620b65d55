"""What can be taken along, from the real app: each file opens, and the link restores."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Literal

import numpy as np
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from opened_app import App

PAPER: dict[Literal["light", "dark"], str] = {
    "light": "rgb(255, 255, 255)",
    "dark": "rgb(18, 23, 28)",
}
ENDINGS = {"Slide": "png", "Heatmap": "npy", "Predictions": "csv", "Report": "html"}


def taken(page: Page, button: str, folder: Path) -> Path:
    """Click a button and keep the file that it gives, under the name that it suggests."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def check(path: Path) -> None:
    """Open a file with the program that it is for."""
    match path.suffix:
        case ".png":
            with Image.open(path) as slide:
                assert slide.size == (1920, 1080)
        case ".npy":
            assert np.load(path).dtype == np.float32
        case ".csv":
            rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
            assert (len(rows), rows[0]["label"]) == (66, "kangaroo")


def test_every_file_opens_and_the_archive_holds_them_all(app: App, tmp_path: Path) -> None:
    app.open()
    files = {ending: taken(app.page, button, tmp_path) for button, ending in ENDINGS.items()}
    for ending, path in files.items():
        assert path.name == f"resnet18-grad-cam-layer4.1-kangaroo.{ending}"
        check(path)
    with zipfile.ZipFile(taken(app.page, "Everything", tmp_path)) as packed:
        names = {path.name for path in files.values()}
        assert set(packed.namelist()) == {*names, "README.txt", "provenance.json"}
        assert packed.read(files["npy"].name)[:6] == b"\x93NUMPY"


def test_the_report_of_an_upload_opens_offline_in_both_themes(
    app: App, browser: Browser, tmp_path: Path
) -> None:
    app.open()
    upload(app)
    report = taken(app.page, "Report", tmp_path)
    assert "holiday" not in report.name
    assert "holiday.jpg" in report.read_text("utf-8")  # it is the reader's own
    assert "What the theme cannot say" not in report.read_text("utf-8")  # the app's style sheet
    page = browser.new_page(
        offline=True, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d\s%$"))
    expect(page.get_by_role("img", name=re.compile("with the Grad-CAM heatmap"))).to_be_visible()
    broken = "() => [...document.images].filter((image) => !image.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(AXE_SCRIPT)
    for scheme, paper in PAPER.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("body")).to_have_css("background-color", paper)
        assert page.evaluate("async () => (await axe.run(document)).violations") == []
    page.emulate_media(media="print")
    expect(page.locator("body")).to_have_css("background-color", PAPER["light"])
    assert said == []
    page.close()


def test_the_copied_link_restores_the_view_but_not_the_upload(app: App, browser: Browser) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.open("/?layer=layer3.0")
    upload(app)
    app.page.get_by_role("button", name="Share").click()
    expect(app.page.get_by_role("status").filter(has_text="without your photo")).to_be_visible()
    link = app.page.evaluate("navigator.clipboard.readText()")
    assert "holiday" not in link
    elsewhere = App(browser.new_page(reduced_motion="reduce"), app.url)
    elsewhere.open(link.removeprefix(app.url))
    expect(elsewhere.page.get_by_text("This link meant an uploaded photo")).to_be_visible()
    expect(elsewhere.page.get_by_role("heading", level=2)).to_contain_text("kangaroo")
    chosen = elsewhere.page.get_by_role("radio", name="layer3.0", exact=True)
    expect(chosen).to_have_attribute("aria-checked", "true")
    elsewhere.page.close()


def test_a_file_stays_until_its_reader_moves_on(app: App, browser: Browser) -> None:
    app.open()
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="Heatmap").click()
    address = download.value.url
    others = App(browser.new_page(reduced_motion="reduce"), app.url)
    for _ in range(2):
        others.open("/?layer=layer3.0")
    assert others.page.request.get(address).status == 200
    app.page.get_by_role("radio", name="layer4.0", exact=True).click()
    app.settle()
    others.open("/?layer=layer3.0")
    assert others.page.request.get(address).status == 404
    others.page.close()


def upload(app: App) -> None:
    """Add a photo of one's own, and wait until it is explained."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(buffer, "JPEG")
    file = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    app.page.locator("input[type=file]").first.set_input_files(file)
    expect(app.page.get_by_role("img", name=re.compile("^Photo 1 "))).to_be_visible()
    app.settle()
