"""A session's progress in the lessons."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from explorer.lessons.lessons import lessons
from explorer.ui import photo_tray
from explorer.ui.frame import link_state
from explorer.ui.lessons.link_choices import CARD, LESSON
from explorer.ui.training import degradation

ANSWER = "answer_"  # prefix of the answers' keys in the session state
_PROGRESS = "lesson_progress"
Place = tuple[str, str]  # names of a lesson and of a card


@dataclass(eq=False)
class LessonProgress:
    """A session's progress in the lessons; a card is named by its lesson and its own name.

    Attributes:
        opened: the open card; None before the first one.
        answers: card -> index of the given answer, from 0; None without one.
        done: the finished cards.
    """

    opened: Place | None = None
    answers: dict[Place, int | None] = field(default_factory=dict)
    done: set[Place] = field(default_factory=set)


def current() -> LessonProgress:
    """Return this session's progress."""
    progress: LessonProgress = st.session_state.setdefault(_PROGRESS, LessonProgress())
    return progress


def go(lesson: str, card: str) -> None:
    """Open a card; an unknown name means the lesson's first one."""
    link_state.choose(LESSON, lesson)
    link_state.choose(CARD, card)


def forget() -> None:
    """Forget answers, training, photos and all results from them; open the very first card."""
    for key in [key for key in st.session_state if str(key).startswith(ANSWER)]:
        del st.session_state[key]
    st.session_state[_PROGRESS] = LessonProgress(opened=("", ""))
    degradation.forget()
    photo_tray.forget()
    go(next(iter(lessons())), "")
