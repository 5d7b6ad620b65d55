"""What a teacher needs beside the lessons: what each shows, what to have ready, what goes wrong."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from explorer.lessons.facts import fill
from explorer.lessons.lessons import Lesson, lessons
from explorer.lessons.literature import REFERENCE


@dataclass(frozen=True)
class Misunderstanding:
    """Something that students commonly get wrong.

    Attributes:
        said: as they say it.
        instead: what to say to it.
    """

    said: str
    instead: str


@dataclass(frozen=True, eq=False)
class LessonPlan:
    """A lesson as its teacher sees it.

    Attributes:
        lesson: with its cards, tasks and answers.
        shows: what a class has seen after it.
        ready: what to have ready: words, photos, minutes.
        misunderstandings: what to expect.
    """

    lesson: Lesson
    shows: str
    ready: str
    misunderstandings: tuple[Misunderstanding, ...]


@cache
def plans() -> tuple[LessonPlan, ...]:
    """Read a plan for each lesson, in their order.

    Raises:
        KeyError: if a lesson has none, or one names a fact that does not exist.
    """
    with (REFERENCE / "teacher_notes.toml").open("rb") as file:
        entries = tomllib.load(file)
    return tuple(
        LessonPlan(
            lesson,
            fill(entries[name]["shows"]),
            fill(entries[name]["ready"]),
            tuple(
                Misunderstanding(said, fill(instead))
                for said, instead in entries[name]["misunderstandings"]
            ),
        )
        for name, lesson in lessons().items()
    )
