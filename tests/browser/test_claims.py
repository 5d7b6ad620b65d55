"""The page of claims in a real browser: it is read, filtered, guessed, and heard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from opened_app import App
from test_accessibility import TWO_LOOKS, faults


def test_axe_finds_nothing_serious_among_the_claims_and_bars_are_as_long_as_numbers(
    app: App,
) -> None:
    app.open("/claims?verdict=depends")
    expect(app.page.get_by_role("heading", level=3).nth(3)).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}

    # The bars of a claim are as long as their numbers.
    app.open("/claims?verdict=false")
    figure = app.page.get_by_role("img", name="Test error on CIFAR-10")
    expect(figure).to_have_accessible_name(re.compile(r"ResNet-110 6\.43\s%, ResNet-1202 7\.93"))
    widths = figure.locator(".bar").evaluate_all("bars => bars.map(bar => bar.offsetWidth)")
    assert abs(widths[0] / widths[1] - 6.43 / 7.93) < 0.02


def test_a_guess_uncovers_the_answer_and_a_link_leads_to_where_it_is_tried(app: App) -> None:
    app.open("/claims?guess=yes")
    cards = app.page.locator("[class*=st-key-claim_]")
    expect(cards.first).not_to_contain_text("Who says so")
    cards.first.get_by_role("radio", name="It depends").click()
    expect(cards.first).to_contain_text("You said: it depends.")
    expect(cards.first).to_contain_text("unlikely to be caused by vanishing gradients")
    app.page.get_by_text("Guess first").click()
    app.settle()
    app.page.get_by_role("link", name="Measure branch against shortcut").click()
    expect(app.page.get_by_role("heading", level=1)).to_have_text("Anatomy")
