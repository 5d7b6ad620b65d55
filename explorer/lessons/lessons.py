"""Lessons: sequences of cards, each with a text, a state, a task and a check; written in Markdown.

A lesson is one file:

    # Title
    minutes: 10

    What it is about, in a sentence.

    ## name: Title of a card
    figure: name of what is drawn beside it
    sets: choice=value choice=value
    needs: choice=value|other

    Text, with facts in double braces.

    Task: what to do, and the question.

    - [ ] a wrong answer
    - [x] the right answer

    Answer: why, shown once the card is done.

A card is done when each choice that it `needs` has that value, or one of several, and the right
answer is given. What the figure found out on the spot counts as a choice, too; and a value in
braces, `layer={farthest}`, is such a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from explorer.errors import RequestError
from explorer.lessons.facts import fill
from explorer.paths import ASSETS

FOLDER = ASSETS / "lessons"
ORDER = ("block", "gradients", "degradation", "identity", "depth", "family")
_CARD = re.compile(r"^## ([a-z-]+): (.+)$", re.MULTILINE)
_OPTION = re.compile(r"^- \[([ x])\] (.+)$", re.MULTILINE)
_TASK, _ANSWER = "\nTask: ", "\nAnswer: "


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a student has done on a card so far.

    Attributes:
        choices: the controls as they stand, and what the figure found out.
        answer: the number of the answer given; None for none.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    answer: int | None = None


@dataclass(frozen=True, eq=False)
class LessonCard:
    """One card.

    Attributes:
        name: in links.
        title: for people.
        figure: name of what is drawn beside the text.
        sets: choice -> its value when the card is opened.
        needs: choice -> the values of which it must have one for the card to be done.
        text: in Markdown.
        task: what to do, and the question, in Markdown.
        options: the answers to choose from; none where doing is enough.
        right: the number of the right one.
        answer: why it is, in Markdown.
    """

    name: str
    title: str
    figure: str
    sets: Mapping[str, str]
    needs: Mapping[str, tuple[str, ...]]
    text: str
    task: str
    options: tuple[str, ...]
    right: int | None
    answer: str

    def is_right(self, attempt: Attempt) -> bool:
        """Whether the question, if there is one, is answered rightly."""
        return attempt.answer == self.right

    def is_tried(self, attempt: Attempt) -> bool:
        """Whether all that there is to do, beside answering, is done."""
        return all(
            attempt.choices.get(name) in _filled(values, attempt.choices)
            for name, values in self.needs.items()
        )

    def is_done(self, attempt: Attempt) -> bool:
        """Whether the card is done."""
        return self.is_tried(attempt) and self.is_right(attempt)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson.

    Attributes:
        name: in links.
        title: for people.
        about: what it is about, in a sentence.
        minutes: how long it takes.
        cards: in their order.
    """

    name: str
    title: str
    about: str
    minutes: int
    cards: tuple[LessonCard, ...]

    def find(self, name: str) -> LessonCard:
        """Look a card up; an unknown name means the first one."""
        return next((card for card in self.cards if card.name == name), self.cards[0])


@cache
def lessons() -> Mapping[str, Lesson]:
    """Read all lessons, by their names, in their order."""
    texts = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in ORDER}
    return MappingProxyType({name: parse(name, text) for name, text in texts.items()})


def find_lesson(name: str) -> Lesson:
    """Look a lesson up.

    Raises:
        RequestError: if there is no such lesson.
    """
    try:
        return lessons()[name]
    except KeyError:
        raise RequestError(
            f"There is no lesson {name!r}. Choose one of {', '.join(ORDER)}."
        ) from None


def neighbour(lesson: Lesson, card: LessonCard, steps: int) -> tuple[str, str] | None:
    """Name the lesson and the card so many cards further on, or back; None beyond the ends."""
    places = [(one.name, other.name) for one in lessons().values() for other in one.cards]
    at = places.index((lesson.name, card.name)) + steps
    return places[at] if 0 <= at < len(places) else None


def parse(name: str, text: str) -> Lesson:
    """Read a lesson's file, and put the recorded facts into it.

    Raises:
        KeyError: if it names a fact that there is not.
        ValueError: if a part is missing.
    """
    head, *parts = _CARD.split(fill(text))
    title, settings, about = _head(head.removeprefix("# "))
    cards = [_card(*part) for part in zip(*[iter(parts)] * 3, strict=True)]
    return Lesson(name, title, about.strip(), int(settings["minutes"]), tuple(cards))


def _card(name: str, title: str, body: str) -> LessonCard:
    _, settings, rest = _head(body)
    text, _, rest = rest.partition(_TASK)
    asked, _, answer = rest.partition(_ANSWER)
    task = _OPTION.split(asked)[0].strip()
    options = _OPTION.findall(asked)
    right = [number for number, (mark, _) in enumerate(options) if mark == "x"]
    if not (text.strip() and task and answer.strip()) or len(right) != bool(options):
        raise ValueError(f"The card {name!r} lacks a text, a task, one right answer or its reason.")
    return LessonCard(
        name=name,
        title=title,
        figure=settings["figure"],
        sets=MappingProxyType(_pairs(settings.get("sets", ""))),
        needs=MappingProxyType(
            {key: tuple(value.split("|")) for key, value in _pairs(settings["needs"]).items()}
        ),
        text=text.strip(),
        task=task,
        options=tuple(option for _, option in options),
        right=right[0] if right else None,
        answer=answer.strip(),
    )


def _head(text: str) -> tuple[str, dict[str, str], str]:
    """Take apart a title's line, the settings under it, and the rest."""
    title, _, rest = text.partition("\n")
    lines, _, rest = rest.partition("\n\n")
    settings = dict(line.split(": ", 1) for line in lines.splitlines())
    return title.strip(), settings, f"\n{rest}"


def _pairs(text: str) -> dict[str, str]:
    """Read "choice=value choice=value"."""
    named = (pair.partition("=") for pair in text.split())
    return {name: value for name, _, value in named}


def _filled(values: tuple[str, ...], found: Mapping[str, str]) -> list[str]:
    """Put what a figure found out into the values; without it, nothing is right."""
    known = (found.get(value[1:-1]) if value.startswith("{") else value for value in values)
    return [value for value in known if value is not None]
