"""Teach in a real browser: three classes of the reader's own become a network of every page."""

from __future__ import annotations

from playwright.sync_api import expect

from opened_app import App
from zipped_classes import CLASSES, class_folders


def test_three_own_classes_by_zip_become_a_network_that_explains_a_photo(app: App) -> None:
    page = app.page
    app.open("/teach")
    page.get_by_role("radio", name="My classes").click()
    app.settle()
    page.get_by_test_id("stPopoverButton").filter(has_text="ZIP or folder").click()
    page.locator("[class*=st-key-class_archive_] input[type=file]").set_input_files(
        {"name": "things.zip", "mimeType": "application/zip", "buffer": class_folders()}
    )
    for name in CLASSES:
        expect(page.locator(".class-name", has_text=name)).to_contain_text("5 photos")
    table = page.get_by_role("region", name="Ways to teach ResNet-18 these classes")
    expect(table.get_by_role("row", name="Linear probe")).to_be_visible()
    expect(page.get_by_text("in turn, in 5 folds")).to_be_visible()
    app.settle()
    page.get_by_role("button", name="Use it as My network").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Explain a photo with it").click()
    classes = page.get_by_role("radiogroup", name="Class to explain").get_by_role("radio")
    expect(classes).to_have_count(len(CLASSES))
    app.settle()
    shown = " ".join(classes.all_text_contents())
    assert all(name in shown for name in CLASSES)
    expect(page.locator("select.weights")).to_have_value("taught")
    page.reload()
    app.settle()
    expect(page.get_by_text("stays with the tab in which it was taught")).to_be_visible()
