"""The lessons in a real browser: by mouse and by key, from the first card to the last."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from explorer.lessons.lessons import Lesson, lessons
from opened_app import App

CARDS = list(lessons().values())


def title(app: App, text: str) -> None:
    expect(app.page.get_by_role("heading", name=text, exact=True)).to_be_visible()


@pytest.mark.parametrize("lesson", CARDS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_walked_from_first_to_last_card_and_back_by_key(
    app: App, lesson: Lesson
) -> None:
    app.open(f"/lessons?lesson={lesson.name}")
    for card in lesson.cards:
        title(app, card.title)
        expect(app.page.locator(".st-key-lesson_figure")).not_to_be_empty()
        app.settle()
        expect(app.page.get_by_role("alert")).to_have_count(0)
        if card is not lesson.cards[-1]:
            app.page.keyboard.press("PageDown")
    app.page.keyboard.press("PageUp")
    title(app, lesson.cards[-2].title)


def test_a_task_is_done_by_mouse_and_a_reset_starts_anew(app: App) -> None:
    app.open("/lessons?lesson=gradients")
    app.page.get_by_role("radio", name="It vanishes").click(force=True)
    expect(app.page.get_by_text("Now do what the task asks")).to_be_visible()
    app.page.get_by_role("radio", name="110", exact=True).click()
    expect(app.page.get_by_text("This is the story that everybody tells.")).to_be_visible()
    app.settle()
    app.page.get_by_role("button", name="Next").click()
    title(app, "It depends on how the weights start")
    app.page.wait_for_url("**card=init**")  # the link follows what is drawn

    # A reset starts anew.
    app.page.get_by_test_id("stPopoverButton").filter(has_text="Reset").click()
    app.page.get_by_role("button", name="Reset for the next class").click()
    title(app, "The output is x + F(x)")


def test_presenter_mode_shows_the_card_alone_and_in_large_type(app: App) -> None:
    app.open("/lessons?card=formula")
    size = "getComputedStyle(document.documentElement).fontSize"
    usual = app.page.evaluate(size)
    app.page.get_by_text("Presenter mode").click()
    app.settle()
    expect(app.page.get_by_test_id("stSidebar")).not_to_be_visible()
    assert float(app.page.evaluate(size)[:-2]) > float(usual[:-2])
    expect(app.page.get_by_test_id("stMainBlockContainer")).to_have_css("max-width", "none")
    assert "present=yes" in app.page.url
    title(app, "Basic against bottleneck")


def test_a_live_training_is_held_goes_on_and_is_stopped(app: App) -> None:
    app.open("/lessons?lesson=degradation&card=live")
    app.page.get_by_role("button", name="Train the twins").click()
    expect(app.page.get_by_text(re.compile(r"Batch \d+0 of 800"))).to_be_visible()
    app.page.get_by_role("button", name="Pause").click()
    expect(app.page.get_by_text("Held at batch")).to_be_visible()
    app.page.get_by_role("button", name="Go on").click()
    expect(app.page.get_by_role("button", name="Pause")).to_be_visible()
    app.page.get_by_role("button", name="Stop").click()
    expect(app.page.get_by_text("Stopped at batch")).to_be_visible()
    expect(app.page.get_by_role("button", name="Train again")).to_be_visible()
