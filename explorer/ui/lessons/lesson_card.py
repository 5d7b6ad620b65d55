"""A card of a lesson: text, figure, task and check."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.errors import ExplorerError
from explorer.lessons.lessons import Attempt, Lesson, LessonCard, find_lesson
from explorer.ui.frame import error_messages, link_state, style
from explorer.ui.lessons import lesson_bar, lesson_figures, lesson_progress
from explorer.ui.lessons.link_choices import CARD, LESSON, PRESENT
from explorer.ui.networks import opening_weights


def offers_networks() -> bool:
    """Whether the open card is about the network that the reader chose."""
    _, card = _open_card()
    is_presented = link_state.get(PRESENT) == link_state.YES
    return card.figure in lesson_figures.OF_CHOSEN_NETWORK and not is_presented


def page() -> None:
    """Draw the open card and the navigation to the others."""
    lesson, card = _open_card()
    _open(lesson, card)
    if link_state.get(PRESENT) == link_state.YES:
        style.present()
    lesson_bar.head(lesson)
    text, figure = st.columns([2, 3], gap="large")
    with text:
        st.subheader(card.title, anchor=False)
        st.markdown(card.text)
        task = st.container(border=True, key="lesson_task")
    with figure, st.container(key="lesson_figure"):
        findings = _figure(card)
    with task:
        _task(lesson, card, findings)
    lesson_bar.bar(lesson, card)


def _open_card() -> tuple[Lesson, LessonCard]:
    lesson = find_lesson(link_state.get(LESSON))
    return lesson, lesson.find(link_state.get(CARD))


def _open(lesson: Lesson, card: LessonCard) -> None:
    """Make the card's choices when it is opened, except those that the address has made."""
    progress, card_id = lesson_progress.current(), (lesson.name, card.name)
    if progress.opened == card_id:
        return
    opened_by_link = progress.opened is None
    if opened_by_link:
        opening_weights.take_built_in()  # of which the lessons speak
    progress.opened = card_id
    link_state.choose(CARD, card.name)
    for name, value in card.sets.items():
        by_link = opened_by_link and link_state.was_in_link(name)
        if not (by_link or link_state.came_back()):
            link_state.choose(name, value)
    st.rerun()  # the network bar was drawn before the card set anything


def _figure(card: LessonCard) -> dict[str, str]:
    """Draw a card's figure; return its findings, none if it could not be drawn."""
    try:
        return lesson_figures.FIGURES[card.figure]()
    except ExplorerError as error:
        error_messages.show(error_messages.sentence(error))
        return {}


def _task(lesson: Lesson, card: LessonCard, findings: Mapping[str, str]) -> None:
    """Draw the task, check the answer, and say what is missing."""
    progress, card_id = lesson_progress.current(), (lesson.name, card.name)
    st.markdown(f"**Your task** \N{EN DASH} {card.task}")
    if card.options:
        progress.answers[card_id] = _answer(card, card_id)
    attempt = Attempt({**link_state.everything(), **findings}, progress.answers.get(card_id))
    if card.is_done(attempt):
        progress.done.add(card_id)
    _feedback(card, attempt, card_id in progress.done)


def _answer(card: LessonCard, card_id: tuple[str, str]) -> int | None:
    key = f"{lesson_progress.ANSWER}{'_'.join(card_id)}"
    if key not in st.session_state:
        st.session_state[key] = lesson_progress.current().answers.get(card_id)
    chosen: int | None = st.radio(
        "Your answer",
        range(len(card.options)),
        index=None,
        format_func=card.options.__getitem__,
        key=key,
        label_visibility="collapsed",
    )
    return chosen


def _feedback(card: LessonCard, attempt: Attempt, done: bool) -> None:
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
