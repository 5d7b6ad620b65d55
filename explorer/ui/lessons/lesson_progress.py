"""What a session has done in the lessons."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from explorer.lessons.lessons import lessons
from explorer.ui import photo_tray
from explorer.ui.frame import link_state
from explorer.ui.training import degradation

ANSWER = "answer_"  # how the keys of the answers begin
_PROGRESS = "lesson_progress"
Place = tuple[str, str]  # names of a lesson and of a card


@dataclass(eq=False)
class LessonProgress:
    """What a session has done.

    Attributes:
        opened: the card that is open; None before the first one.
        answers: card -> the number of the answer given.
        done: the cards that are done.
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
    link_state.choose(link_state.LESSON, lesson)
    link_state.choose(link_state.CARD, card)


def forget() -> None:
    """Forget answers, training, photos and all made of them, and open the first card of all."""
    for name in [name for name in st.session_state if str(name).startswith(ANSWER)]:
        del st.session_state[name]
    st.session_state[_PROGRESS] = LessonProgress(opened=("", ""))
    degradation.forget()
    photo_tray.forget()
    go(next(iter(lessons())), "")
