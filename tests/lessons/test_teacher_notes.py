"""Tests of explorer/lessons/teacher_notes.py and explorer/figures/lessons/worksheet.py."""

from __future__ import annotations

import re

import pytest

from explorer.figures.lessons.worksheet import marked, sheet_html
from explorer.lessons.lessons import lessons
from explorer.lessons.literature import REFERENCE
from explorer.lessons.teacher_notes import LessonPlan, plans

EVERY_PLAN = pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.lesson.name)


def test_every_lesson_has_a_plan() -> None:
    assert [plan.lesson for plan in plans()] == list(lessons().values())


@EVERY_PLAN
def test_a_plan_says_what_is_shown_what_to_have_ready_and_what_goes_wrong(
    plan: LessonPlan,
) -> None:
    assert plan.shows.endswith(".")
    assert plan.ready.endswith(".")
    assert len(plan.misunderstandings) >= 3
    assert plan.lesson.minutes > 0
    assert "{{" not in plan.shows + plan.ready


def test_no_measured_digit_is_typed() -> None:
    text = (REFERENCE / "teacher_notes.toml").read_text(encoding="utf-8")
    without_facts = re.sub(r"\{\{[\w.]+\}\}", "", text)
    digits = set(re.findall(r"\d+(?:\.\d+)?", without_facts))
    assert digits == {"2015", "4.1", "110", "1"}  # a year, a section, a depth, top-1


def test_the_answers_are_on_the_teachers_sheet_only() -> None:
    teachers, students = (sheet_html(plans(), answers).decode() for answers in (True, False))
    for plan in plans():
        for card in plan.lesson.cards:
            assert card.title in unescaped(teachers)
            assert card.title in unescaped(students)
            assert str(marked(card.answer)) in teachers
            assert str(marked(card.answer)) not in students
        assert plan.misunderstandings[0].instead in unescaped(teachers)
        assert plan.shows not in unescaped(students)
    cards = [card for plan in plans() for card in plan.lesson.cards]
    assert teachers.count("☒") == sum(card.right is not None for card in cards)
    assert students.count("☐") == sum(len(card.options) for card in cards)
    assert "☒" not in students
    assert students.count('class="room"') == len(cards)


def unescaped(html: str) -> str:
    for entity, char in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        html = html.replace(entity, char)
    return html.replace("&amp;", "&")


def test_the_markdown_of_lessons_becomes_html_and_the_rest_is_escaped() -> None:
    text = "The **block**\nadds *what*.\n\n1 < 2 & <script>"
    assert marked(text) == (
        "<p>The <strong>block</strong>\nadds <em>what</em>.</p>\n"
        "<p>1 &lt; 2 &amp; &lt;script&gt;</p>\n"
    )


def test_no_markdown_is_left_on_the_sheet() -> None:
    body = sheet_html(plans(), answers=True).decode().partition("<body>")[2]
    assert re.findall(r"\*\w|\w\*|`|\{\{|\]\(", body) == []
