"""What lies behind the tabs of Teach, with the keyboard, for axe, and on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from opened_app import App
from test_accessibility import EVERY_LOOK, faults

SIDEWAYS = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollWidth - main.clientWidth;
}"""


def test_every_tab_is_reached_with_the_keyboard_clean_for_axe_and_fits_a_phone(app: App) -> None:
    page = app.page
    app.open("/teach")
    page.get_by_role("button", name="Run it here").press("Enter")
    expect(page.get_by_text("Train on from the probe")).to_be_visible()
    app.settle()
    tabs = page.get_by_role("tablist").last.get_by_role("tab")
    names = tabs.all_inner_texts()
    found, sideways = {}, {}
    tabs.first.focus()
    for at, name in enumerate(names):
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        tab.press("Enter")
        expect(tab).to_have_attribute("aria-selected", "true")
        app.settle()
        found[name] = faults(app, EVERY_LOOK[at % len(EVERY_LOOK)])
        page.set_viewport_size({"width": 390, "height": 844})
        app.settle()
        sideways[name] = page.evaluate(SIDEWAYS)
        tab.focus()
        page.keyboard.press("ArrowRight")
    assert {name: faulty for name, faulty in found.items() if faulty} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}
    assert len(names) > 4
