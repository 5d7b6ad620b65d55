"""Teacher's notes on the lessons: what each shows, what to prepare, what students get wrong."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from explorer.lessons.facts import fill
from explorer.lessons.lessons import Lesson, lessons
from explorer.lessons.literature import REFERENCE


@dataclass(frozen=True)
class Misunderstanding:
    """A common misunderstanding.

    Attributes:
        said: the misunderstanding in a student's words.
        instead: what to reply.
    """

    said: str
    instead: str


@dataclass(frozen=True, eq=False)
class LessonPlan:
    """A teacher's plan of a lesson.

    Attributes:
        lesson: the lesson, with its cards, tasks and answers.
        shows: what the lesson shows a class.
        ready: what to prepare: words, photos, minutes.
        misunderstandings: misunderstandings to expect.
    """

    lesson: Lesson
    shows: str
    ready: str
    misunderstandings: tuple[Misunderstanding, ...]


@cache
def plans() -> tuple[LessonPlan, ...]:
    """Read the plans of all lessons, in the lessons' order.

    Raises:
        KeyError: if a lesson has no plan, or a plan names a fact that does not exist.
    """
    with (REFERENCE / "teacher_notes.toml").open("rb") as file:
        entries = tomllib.load(file)
    return tuple(
        LessonPlan(
            lesson,
            fill(entries[name]["shows"]),
            fill(entries[name]["ready"]),
            tuple(
                Misunderstanding(quote, fill(reply))
                for quote, reply in entries[name]["misunderstandings"]
            ),
        )
        for name, lesson in lessons().items()
    )
