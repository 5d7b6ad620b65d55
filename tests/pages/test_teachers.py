"""The teacher's page, without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from explorer.lessons.teacher_notes import plans
from explorer.paths import ENTRY_SCRIPT, PAGES
from patience import PATIENCE


def opened() -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "teachers.py")).run()
    assert not app.exception
    return app


def test_every_lesson_is_there_with_its_time_its_answers_and_what_goes_wrong() -> None:
    text = " ".join(str(element.value) for element in opened().markdown)
    for plan in plans():
        assert plan.lesson.title in text
        assert f"about {plan.lesson.minutes} minutes" in text
        assert plan.shows in text
        assert all(card.answer in text for card in plan.lesson.cards)
        for error in plan.misunderstandings:
            assert error.said in text
            assert error.instead in text


def test_a_lesson_is_opened_from_its_plan() -> None:
    app = opened()
    last = plans()[-1].lesson
    app.button(key=f"open_{last.name}").click().run()
    assert not app.exception
    assert app.session_state["lesson"] == last.name
    assert last.cards[0].title in [heading.value for heading in app.subheader]
