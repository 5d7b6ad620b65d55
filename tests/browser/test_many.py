"""Many photos in a real browser: drop them, watch them, sort them, open one."""

from __future__ import annotations

import csv
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect
from skimage import data

from opened_app import App

JUMPS = """new PerformanceObserver(list => {
    for (const entry of list.getEntries())
        for (const {node, previousRect: from, currentRect: to} of entry.sources) {
            const part = node?.nodeType === 1 && node.closest('.stMain') ? node : null;
            if (part && from.height && to.height && from.x === to.x && Math.abs(to.y - from.y) > 60)
                (window.jumps ??= []).push(`${part.className}: ${from.y} to ${to.y}`);
        }
}).observe({type: 'layout-shift', buffered: true})"""


def photos(number: int) -> list[FilePayload]:
    """Different photos, and a file that is none at the end."""
    found: list[FilePayload] = []
    for turn in range(number):
        buffer = io.BytesIO()
        Image.fromarray(data.coffee()).rotate(3 * turn).save(buffer, "JPEG")
        found.append({"name": f"{turn}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()})
    return [*found, {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}]


def cards(app: App) -> Locator:
    """The cards that can be opened."""
    group = app.page.get_by_role("radiogroup", name="Photos, to open in Explain")
    return group.get_by_role("radio")


def test_forty_photos_are_explained_and_listed_and_one_is_opened_with_the_keyboard(
    app: App,
) -> None:
    page = app.page
    app.open("/many")
    expect(cards(app)).to_have_count(8)
    heights = page.locator(".card .view").evaluate_all("views => views.map(v => v.offsetHeight)")
    assert len(set(heights)) == 1  # of portraits, too
    page.locator("input[type=file]").first.set_input_files(photos(40))
    expect(cards(app)).to_have_count(40)
    expect(page.locator(".failed")).to_contain_text("Photo 41 · notes.png")
    expect(page.locator(".failed")).to_contain_text("not a picture that can be opened")
    expect(page.get_by_text("40 photos: ")).to_be_visible()
    app.settle()
    with page.expect_download() as download:
        page.get_by_role("button", name="Predictions (CSV)").click()
    table = csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines())
    assert [row["file"] for row in table] == [f"{turn}.jpg" for turn in range(40)]
    page.get_by_role("radio", name="Probability").click()
    app.settle()
    shown = page.locator(".sheet .percent").all_inner_texts()
    numbers = [float(re.sub(r"[^\d.]", "", text)) for text in shown]
    assert numbers == sorted(numbers, reverse=True)
    page.get_by_role("radio", name="All photos").click()
    expect(page.get_by_text("colours compare between photos")).to_be_visible()
    app.settle()
    cards(app).first.focus()
    page.keyboard.press("ArrowRight")
    second = cards(app).nth(1)
    expect(second).to_be_focused()
    title = (second.get_attribute("aria-label") or "").partition(" · ")[0]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Explain")
    picture = page.get_by_role("img", name=re.compile("with the Grad-CAM heatmap of"))
    expect(picture).to_have_attribute("aria-label", re.compile(f"^{title} "))
    app.settle()  # the link follows what is drawn
    assert "photo=own" in page.url


@pytest.mark.usefixtures("with_motion")
def test_nothing_jumps_while_the_page_is_drawn(app: App) -> None:
    app.open()  # whatever has to be loaded is loaded now
    app.page.set_viewport_size({"width": 1440, "height": 900})
    app.page.add_init_script(JUMPS)
    app.open()
    assert app.page.evaluate("window.jumps ?? []") == []
