"""A card of a lesson: its text, its figure, its task and its check."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.errors import ExplorerError
from explorer.lessons.lessons import Attempt, Lesson, LessonCard, find_lesson
from explorer.ui.frame import error_messages, link_state, style
from explorer.ui.lessons import lesson_bar, lesson_figures, lesson_progress


def page() -> None:
    """Draw the open card, and the ways to others."""
    lesson = find_lesson(link_state.get(link_state.LESSON))
    card = lesson.find(link_state.get(link_state.CARD))
    _enter(lesson, card)
    if link_state.get(link_state.PRESENT) == link_state.YES:
        style.present()
    lesson_bar.head(lesson)
    text, figure = st.columns([2, 3], gap="large")
    with text:
        st.subheader(card.title, anchor=False)
        st.markdown(card.text)
        task = st.container(border=True, key="lesson_task")
    with figure, st.container(key="lesson_figure"):
        found = _figure(card)
    with task:
        _task(lesson, card, found)
    lesson_bar.bar(lesson, card)


def _enter(lesson: Lesson, card: LessonCard) -> None:
    """Set what a card sets when it is opened; what a link says besides is kept."""
    progress, here = lesson_progress.current(), (lesson.name, card.name)
    if progress.opened == here:
        return
    came_by_link = progress.opened is None
    progress.opened = here
    link_state.choose(link_state.CARD, card.name)
    for name, value in card.sets.items():
        if not (came_by_link and link_state.was_in_link(name)):
            link_state.choose(name, value)
    st.rerun()  # the sidebar was drawn before the card set anything


def _figure(card: LessonCard) -> dict[str, str]:
    """Draw a card's figure; return what it found out, nothing if it could not be drawn."""
    try:
        return lesson_figures.FIGURES[card.figure]()
    except ExplorerError as error:
        error_messages.show(str(error))
        return {}


def _task(lesson: Lesson, card: LessonCard, found: Mapping[str, str]) -> None:
    """Ask, check, and say what is missing."""
    progress, here = lesson_progress.current(), (lesson.name, card.name)
    st.markdown(f"**Your task** \N{EN DASH} {card.task}")
    if card.options:
        progress.answers[here] = _ask(card, here)
    attempt = Attempt({**link_state.everything(), **found}, progress.answers.get(here))
    if card.is_done(attempt):
        progress.done.add(here)
    _verdict(card, attempt, here in progress.done)


def _ask(card: LessonCard, here: tuple[str, str]) -> int | None:
    key = f"{lesson_progress.ANSWER}{'_'.join(here)}"
    if key not in st.session_state:
        st.session_state[key] = lesson_progress.current().answers.get(here)
    chosen: int | None = st.radio(
        "Your answer",
        range(len(card.options)),
        index=None,
        format_func=card.options.__getitem__,
        key=key,
        label_visibility="collapsed",
    )
    return chosen


def _verdict(card: LessonCard, attempt: Attempt, done: bool) -> None:
    if done:
        st.success(card.answer, icon=":material/check_circle:")
    elif card.options and attempt.answer is None:
        st.caption("Try it, then choose an answer.")
    elif not card.is_right(attempt):
        st.warning("Not quite. Look at the figure again.", icon=":material/undo:")
    elif card.options:
        st.info(
            "That is right. Now do what the task asks, and see it.", icon=":material/touch_app:"
        )
    else:
        st.caption("Done as soon as the figure shows it.")
