"""The ways through the lessons: which lesson, which card, presenter mode, a new start."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.lessons import Lesson, LessonCard, lessons, neighbour
from explorer.ui.components import copy_link
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.lessons import lesson_progress

_LESSON, _CARD, _PRESENT = "pick_lesson", "pick_card", "switch_presenter"
_TICK = ":material/check_small:"
BACK_KEY, NEXT_KEY = "PageUp", "PageDown"  # what the clicker of a presenter sends


def head(lesson: Lesson) -> None:
    """Draw what stands above a card."""
    st.session_state[_LESSON] = lesson.name
    st.session_state[_PRESENT] = link_state.get(link_state.PRESENT) == link_state.YES
    with st.container(horizontal=True, vertical_alignment="bottom", key="lesson_head"):
        st.selectbox(
            "Lesson",
            list(lessons()),
            format_func=_titled,
            key=_LESSON,
            on_change=_choose_lesson,
            width=420,
        )
        copy_link.copy()
        st.toggle(
            "Presenter mode",
            key=_PRESENT,
            on_change=_choose_presenting,
            help=with_glossary("Large type and no sidebar, for a projector."),
        )
        with st.popover("Reset", icon=":material/restart_alt:"):
            st.markdown("Answers, check marks and uploaded photos are forgotten.")
            st.button("Reset for the next class", type="primary", on_click=lesson_progress.forget)
    st.caption(f"{lesson.about} About {lesson.minutes} minutes.")


def bar(lesson: Lesson, card: LessonCard) -> None:
    """Draw what stays at the foot of the page: back, all cards, next."""
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
            [one.name for one in lesson.cards],
            required=True,
            format_func=lambda name: _numbered(lesson, name),
            key=_CARD,
            on_change=_choose_card,
            label_visibility="collapsed",
        )
        _next(lesson, card)


def _back(lesson: Lesson, card: LessonCard) -> None:
    before = neighbour(lesson, card, -1)
    st.button(
        "Back",
        icon=":material/arrow_back:",
        shortcut=BACK_KEY,
        disabled=before is None,
        on_click=lesson_progress.go,
        args=before,
    )


def _next(lesson: Lesson, card: LessonCard) -> None:
    after = neighbour(lesson, card, 1)
    st.button(
        "Next" if not after or after[0] == lesson.name else "Next lesson",
        icon=":material/arrow_forward:",
        icon_position="right",
        type="primary",
        shortcut=NEXT_KEY,
        disabled=after is None,
        on_click=lesson_progress.go,
        args=after,
    )


def _titled(name: str) -> str:
    return f"{list(lessons()).index(name) + 1}. {lessons()[name].title}"


def _numbered(lesson: Lesson, name: str) -> str:
    number = lesson.cards.index(lesson.find(name)) + 1
    done = (lesson.name, name) in lesson_progress.current().done
    return f"{number} {_TICK}" if done else str(number)


def _choose_lesson() -> None:
    lesson_progress.go(st.session_state[_LESSON], "")


def _choose_card() -> None:
    link_state.choose(link_state.CARD, st.session_state[_CARD])


def _choose_presenting() -> None:
    link_state.choose(link_state.PRESENT, link_state.YES if st.session_state[_PRESENT] else "")
