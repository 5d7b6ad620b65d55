"""Compare in a real browser: measure, sort, change the recipe, set a budget, let depths duel."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from example_run import example_run
from explorer.costs import result_files
from opened_app import App
from test_accessibility import TWO_LOOKS, faults


@pytest.fixture(scope="module", autouse=True)
def _something_was_measured() -> None:
    """Keep a measurement where the server looks for some."""
    folder = Path(os.environ[result_files.FOLDER_VARIABLE])
    result_files.write(example_run(), folder / "example-cpu" / "20260102T030405-abcdef.json")


@pytest.fixture
def compared(app: App) -> App:
    """The page on a measurement."""
    app.open("/compare")
    expect(rows(app)).not_to_have_count(0)
    return app


def rows(app: App) -> Locator:
    return app.page.get_by_role("table").first.locator("tbody tr")


def numbers(app: App, heading: str) -> list[float]:
    """The numbers of a column, from top to bottom."""
    heads = app.page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith(heading))
    texts = [row.locator(":scope > *").nth(at).inner_text() for row in rows(app).all()]
    return [float(text.replace(",", "")) for text in texts if re.match(r"[\d.,]+$", text)]


def test_the_table_is_sorted_by_a_header_and_follows_the_recipe_and_a_budget_names_the_best(
    compared: App,
) -> None:
    # A header sorts, best first, and turned round with the keyboard.
    head = compared.page.get_by_role("columnheader", name="Latency (ms)")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    found = numbers(compared, "Latency")
    assert found == sorted(found)
    assert len(set(found)) > 5
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert numbers(compared, "Latency") == sorted(found, reverse=True)
    compared.page.get_by_role("columnheader", name="Top-1 (%)").get_by_role("button").click()
    top1 = numbers(compared, "Top-1")
    assert top1 == sorted(top1, reverse=True)
    assert len(top1) < rows(compared).count()
    expect(rows(compared).last).to_contain_text("not published")

    # A budget names the best, or what would have to give.
    alert = compared.page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("none is more accurate")
    slider = compared.page.get_by_role("slider", name="Latency at most")
    slider.press("Home")
    expect(alert).to_contain_text("None fits: allow")
    slider.press("End")
    expect(alert).to_contain_text("none is more accurate")

    # The recipe changes the accuracies and leaves gaps open.
    row = rows(compared).filter(has_text="ResNet-50").filter(has_text="ResNet50_Weights")
    expect(row).to_contain_text("76.1")
    compared.page.get_by_role("radio", name="New", exact=True).click()
    expect(row).to_contain_text("80.9")
    expect(row).to_contain_text("ResNet50_Weights.IMAGENET1K_V2")
    gap = rows(compared).filter(has=compared.page.get_by_text("ResNet-34", exact=True))
    expect(gap).to_contain_text("not published")
    compared.settle()
    assert "recipe=new" in compared.page.url
    compared.page.get_by_test_id("stMain").get_by_role("radio", name="Built-in").click()
    expect(rows(compared).first).to_contain_text("66 categories")
    expect(rows(compared).filter(has_not_text="66 categories")).to_have_count(0)


def test_axe_finds_nothing_serious_and_the_names_on_the_chart_are_clear_of_all_else(
    compared: App,
) -> None:
    names_are_clear(compared, 1440, 900)
    names_are_clear(compared, 390, 844)
    assert faults(compared, *TWO_LOOKS) == {}


def names_are_clear(compared: App, width: int, height: int) -> None:
    """The names on the chart touch neither each other nor the buttons."""
    page = compared.page
    page.set_viewport_size({"width": width, "height": height})
    compared.settle()
    chart = page.locator(".st-key-chart_trade_off")
    expect(chart.locator(".modebar-btn")).not_to_have_count(0)
    boxes = chart.locator(".textpoint text, .modebar").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON()).filter(box => box.width)"
    )
    assert len(boxes) > 5
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert (
                one["right"] <= other["left"] + 1
                or other["right"] <= one["left"] + 1
                or one["bottom"] <= other["top"] + 3
                or other["bottom"] <= one["top"] + 3
            )


def test_a_quick_measurement_shows_its_first_rows_and_keeps_them_when_cancelled(
    compared: App,
) -> None:
    page = compared.page
    page.get_by_role("button", name="Quick measurement").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_text("provisional until done")).to_be_visible()
    expect(rows(compared).first).to_contain_text("provisional, n = ")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Quick measurement")).to_be_visible()
    expect(page.get_by_text("It was cancelled")).to_be_visible()
    expect(rows(compared).first).to_contain_text("provisional, n = ")


def test_depths_duel_on_one_photo_and_on_all(app: App) -> None:
    page = app.page
    app.open("/compare?tab=duel&sample=coffee")
    duelists = page.locator(".duel .row")
    expect(duelists.first).to_contain_text("the reference")
    assert duelists.count() >= 3
    expect(duelists.nth(1)).to_contain_text("Rank correlation")
    expect(page.get_by_role("img", name=re.compile("^Grad-CAM of ResNet-34 for"))).to_be_visible()
    page.get_by_role("radio", name="layer2", exact=True).click()
    app.settle()
    assert "stage=layer2" in page.url
    page.get_by_role("button", name=re.compile("Ask them about all 8")).press("Enter")
    expect(page.get_by_text(re.compile("disagree most on|overlap least on"))).to_be_visible()


def test_axe_finds_nothing_serious_in_a_duel(app: App) -> None:
    app.open("/compare?tab=duel")
    expect(app.page.locator(".duel .row").first).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}
