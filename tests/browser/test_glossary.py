"""The glossary in a real browser: pictures, themes, and the way to it from a help text."""

from __future__ import annotations

from playwright.sync_api import expect

from explorer.lessons.glossary import glossary
from opened_app import App
from test_accessibility import TWO_LOOKS, faults

COLOUR = "shape => getComputedStyle(shape).stroke"


def test_axe_finds_nothing_serious_and_pictures_take_the_colours_of_the_theme(app: App) -> None:
    app.open("/glossary?term=bottleneck")
    expect(app.page.locator("article")).to_have_count(len(glossary()))
    assert faults(app, *TWO_LOOKS) == {}
    seen = set()
    for theme in ("light", "dark"):
        app.page.emulate_media(color_scheme=theme)
        app.open("/glossary?term=shortcut")
        shape = app.page.locator(".st-key-chosen_picture .line.accent").first
        seen.add(shape.evaluate(COLOUR))
    assert seen == {"rgb(0, 104, 165)", "rgb(86, 180, 233)"}


def test_a_help_text_opens_its_term(app: App) -> None:
    app.open()
    toggle = app.page.get_by_test_id("stCheckbox").filter(has_text="evidence against")
    toggle.get_by_test_id("stTooltipHoverTarget").hover()
    link = app.page.get_by_role("tooltip").get_by_role("link", name="Glossary: Grad-CAM")
    with app.page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name="Grad-CAM").first).to_be_visible()
    assert opened.value.url == f"{app.url}/glossary?term=grad-cam"
    opened.value.close()
