"""The teacher's page: notes on each lesson, the answers, and worksheets to print."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.figures.lessons.worksheet import sheet_html
from explorer.lessons.teacher_notes import LessonPlan, plans
from explorer.paths import PAGES
from explorer.ui.lessons import lesson_progress

_BEFORE = """
- The app needs no internet connection. For a class, start it with
  `resnet-explorer --host 0.0.0.0`: the terminal prints an address and a QR code that everyone in
  the room can open.
- Every card has a link of its own ("Copy link"), so that a class can start at any of them.
- *Presenter mode* shows a card alone and in large type. The keys PageDown and PageUp, which
  clickers send, turn the cards.
- "Reset for the next class" forgets answers, check marks and uploaded photos.
- For a discussion without computers, use [Claims](claims?guess=yes): each verdict is hidden until
  somebody has given their own.
"""


def page() -> None:
    """Draw the page."""
    _worksheets()
    st.subheader("Before the class", anchor=False)
    st.markdown(_BEFORE)
    st.subheader("The lessons", anchor=False)
    for number, plan in enumerate(plans(), 1):
        _lesson(number, plan)


def _worksheets() -> None:
    minutes = sum(plan.lesson.minutes for plan in plans())
    st.markdown(
        f"{len(plans())} lessons, about {minutes} minutes in all. Each stands alone; the first one "
        "explains what the others use."
    )
    with st.container(horizontal=True):
        for title, answers, name in (
            ("Sheet with answers", True, "resnet-lessons-answers.html"),
            ("Sheet for students", False, "resnet-lessons-questions.html"),
        ):
            st.download_button(
                title,
                partial(sheet_html, plans(), answers),
                name,
                "text/html",
                icon=":material/print:",
                on_click="ignore",
            )
    st.caption("HTML files that open in any browser: print them from there, or save them as PDF.")


def _lesson(number: int, plan: LessonPlan) -> None:
    lesson = plan.lesson
    with st.container(border=True, key=f"plan_{lesson.name}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            time = f":small[:gray[about {lesson.minutes} minutes]]"
            st.markdown(f"**{number}. {lesson.title}** {time}", width="content")
            _open_button(number, plan)
        st.markdown(f"**What it shows.** {plan.shows}")
        st.markdown(f"**Have ready.** {plan.ready}")
        with st.expander("Common misunderstandings"):
            for error in plan.misunderstandings:
                st.markdown(f"*“{error.said}”*  \n{error.instead}")
        with st.expander("Questions and answers"):
            _answers(plan)


def _open_button(number: int, plan: LessonPlan) -> None:
    label = f"Open lesson {number}"
    if st.button(label, key=f"open_{plan.lesson.name}", icon=":material/arrow_forward:"):
        lesson_progress.go(plan.lesson.name, "")
        st.switch_page(PAGES / "lessons.py")


def _answers(plan: LessonPlan) -> None:
    for number, card in enumerate(plan.lesson.cards, 1):
        right = f" **{card.options[card.right]}.**" if card.right is not None else ""
        st.markdown(f"**{number}. {card.title}**  \n{card.task}{right} {card.answer}")
