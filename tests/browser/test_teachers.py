"""The teacher's page in a real browser, and its sheets on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.figures.lessons.worksheet import sheet_html
from explorer.lessons.teacher_notes import plans
from opened_app import App
from test_accessibility import TWO_LOOKS, faults

PRINTED_WIDTH = 658  # pixels between the margins of an A4 page, at 96 to the inch
OVERFLOWING = """() => [...document.querySelectorAll('main *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .map(element => element.outerHTML.slice(0, 100))"""


def test_axe_finds_nothing_serious_and_a_sheet_can_be_taken(app: App, tmp_path: Path) -> None:
    app.open("/teachers")
    expect(app.page.get_by_role("heading", name="Before the class")).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="Sheet with answers").click()
    assert download.value.suggested_filename == "resnet-lessons-answers.html"
    path = tmp_path / "sheet.html"
    download.value.save_as(path)
    assert path.read_bytes() == sheet_html(plans(), answers=True)


@pytest.mark.parametrize("answers", [True, False], ids=["answers", "questions"])
def test_a_sheet_prints_with_each_lesson_on_a_page_of_its_own(
    page: Page, tmp_path: Path, answers: bool
) -> None:
    path = tmp_path / "sheet.html"
    path.write_bytes(sheet_html(plans(), answers))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PRINTED_WIDTH, "height": 1000})
    page.goto(path.as_uri())
    assert page.evaluate(OVERFLOWING) == []
    ink = page.locator("h1").evaluate("heading => getComputedStyle(heading).color")
    assert ink == "rgb(0, 0, 0)"
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
    assert len(plans()) <= pages <= 3 * len(plans())
