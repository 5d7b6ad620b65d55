"""Navigation in the lessons: choice of lesson and card, presenter mode, reset."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.lessons import Lesson, LessonCard, lessons, neighbour
from explorer.ui.components import copy_link
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.lessons import lesson_progress
from explorer.ui.lessons.link_choices import CARD, PRESENT

_LESSON, _CARD, _PRESENT = "pick_lesson", "pick_card", "switch_presenter"
_CHECK_MARK = ":material/check_small:"
BACK_KEY, NEXT_KEY = "PageUp", "PageDown"  # the keys that a presenter's clicker sends


def head(lesson: Lesson) -> None:
    """Draw the controls above a card."""
    st.session_state[_LESSON] = lesson.name
    st.session_state[_PRESENT] = link_state.get(PRESENT) == link_state.YES
    with st.container(horizontal=True, vertical_alignment="bottom", key="lesson_head"):
        st.selectbox(
            "Lesson",
            list(lessons()),
            format_func=_lesson_title,
            key=_LESSON,
            on_change=_choose_lesson,
            width=420,
        )
        copy_link.copy()
        st.toggle(
            "Presenter mode",
            key=_PRESENT,
            on_change=_choose_presenter_mode,
            help=with_glossary("Large type and no sidebar, for a projector."),
        )
        with st.popover("Reset", icon=":material/restart_alt:"):
            st.markdown("Answers, check marks and uploaded photos are forgotten.")
            st.button("Reset for the next class", type="primary", on_click=lesson_progress.forget)
    st.caption(f"{lesson.about} About {lesson.minutes} minutes.")


def bar(lesson: Lesson, card: LessonCard) -> None:
    """Draw the bar at the foot of the page: back, all cards, next."""
    st.session_state[_CARD] = card.name
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="center",
        key="lesson_bar",
    ):
        _back(lesson, card)
        st.segmented_control(
            "Card",
            [each.name for each in lesson.cards],
            required=True,
            format_func=lambda name: _card_label(lesson, name),
            key=_CARD,
            on_change=_choose_card,
            label_visibility="collapsed",
        )
        _next(lesson, card)


def _back(lesson: Lesson, card: LessonCard) -> None:
    previous = neighbour(lesson, card, -1)
    st.button(
        "Back",
        icon=":material/arrow_back:",
        shortcut=BACK_KEY,
        disabled=previous is None,
        on_click=lesson_progress.go,
        args=previous,
    )


def _next(lesson: Lesson, card: LessonCard) -> None:
    following = neighbour(lesson, card, 1)
    st.button(
        "Next" if not following or following[0] == lesson.name else "Next lesson",
        icon=":material/arrow_forward:",
        icon_position="right",
        type="primary",
        shortcut=NEXT_KEY,
        disabled=following is None,
        on_click=lesson_progress.go,
        args=following,
    )


def _lesson_title(name: str) -> str:
    return f"{list(lessons()).index(name) + 1}. {lessons()[name].title}"


def _card_label(lesson: Lesson, name: str) -> str:
    number = lesson.cards.index(lesson.find(name)) + 1
    done = (lesson.name, name) in lesson_progress.current().done
    return f"{number} {_CHECK_MARK}" if done else str(number)


def _choose_lesson() -> None:
    lesson_progress.go(st.session_state[_LESSON], "")


def _choose_card() -> None:
    link_state.choose(CARD, st.session_state[_CARD])


def _choose_presenter_mode() -> None:
    link_state.choose(PRESENT, link_state.YES if st.session_state[_PRESENT] else "")
