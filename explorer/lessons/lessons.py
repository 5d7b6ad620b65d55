"""Lessons: sequences of cards, each with a text, a state, a task and a check; written in Markdown.

A lesson is one file:

    # Title
    minutes: 10

    What it is about, in a sentence.

    ## name: Title of a card
    figure: name of the figure beside the text
    sets: choice=value choice=value
    needs: choice=value|other

    Text, with facts in double braces.

    Task: what to do, and the question.

    - [ ] a wrong answer
    - [x] the right answer

    Answer: why, shown once the card is done.

A card is done when every choice listed under `needs` has the given value, or one of several, and
the right answer is given. Findings that the figure computes on the spot count as choices, too; a
value in braces, `layer={farthest}`, stands for such a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from markdown_it import MarkdownIt

from explorer.errors import RequestError
from explorer.lessons.facts import fill
from explorer.paths import ASSETS

FOLDER = ASSETS / "lessons"
ORDER = ("block", "gradients", "degradation", "identity", "depth", "family", "transfer")
_OPTION = re.compile(r"^- \[([ x])\] (.+)$", re.MULTILINE)
_TASK, _ANSWER = "Task: ", "Answer: "


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a student has done on a card so far.

    Attributes:
        choices: current values of the controls, and the findings of the figure.
        answer: index of the given answer, from 0; None without one.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    answer: int | None = None


@dataclass(frozen=True, eq=False)
class LessonCard:
    """A card of a lesson.

    Attributes:
        name: name of the card in links.
        title: title of the card for readers.
        figure: name of the figure beside the text.
        sets: choice -> value that it gets when the card is opened.
        needs: choice -> values, one of which it must have for the card to be done.
        text: text of the card, in Markdown.
        task: what to do, and the question, in Markdown.
        options: answers to choose from; empty if doing the task is enough.
        right: index of the right answer, from 0; None without a question.
        answer: reason for the right answer, in Markdown.
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
        """Whether the question, if there is one, is answered correctly."""
        return attempt.answer == self.right

    def is_tried(self, attempt: Attempt) -> bool:
        """Whether everything but the question is done."""
        return all(
            attempt.choices.get(name) in _resolved(values, attempt.choices)
            for name, values in self.needs.items()
        )

    def is_done(self, attempt: Attempt) -> bool:
        """Whether the card is done."""
        return self.is_tried(attempt) and self.is_right(attempt)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson.

    Attributes:
        name: name of the lesson in links.
        title: title of the lesson for readers.
        about: topic of the lesson, in a sentence.
        minutes: duration in minutes.
        cards: cards of the lesson, in order.
    """

    name: str
    title: str
    about: str
    minutes: int
    cards: tuple[LessonCard, ...]

    def find(self, name: str) -> LessonCard:
        """Look up a card; an unknown name means the first one."""
        return next((card for card in self.cards if card.name == name), self.cards[0])


@cache
def lessons() -> Mapping[str, Lesson]:
    """Read all lessons by name, in order."""
    texts = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in ORDER}
    return MappingProxyType({name: parse(name, text) for name, text in texts.items()})


def find_lesson(name: str) -> Lesson:
    """Look up a lesson.

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
    """Name the lesson and the card some steps ahead, or back if negative; None past the ends."""
    names = [(entry.name, other.name) for entry in lessons().values() for other in entry.cards]
    index = names.index((lesson.name, card.name)) + steps
    return names[index] if 0 <= index < len(names) else None


def parse(name: str, text: str) -> Lesson:
    """Parse the text of a lesson and fill in its recorded facts.

    Raises:
        KeyError: if the text names a fact that does not exist.
        ValueError: if a card lacks one of its parts.
    """
    head, *cards = _sections(fill(text))
    title, settings, *about = head
    minutes = int(_settings(settings)["minutes"])
    return Lesson(name, title, _joined(about), minutes, tuple(map(_card, cards)))


def _sections(text: str) -> list[list[str]]:
    """Split Markdown at its headings; each section is its title, then its blocks' own Markdown."""
    lines, sections = text.splitlines(), list[list[str]]()
    for token in MarkdownIt().parse(text):
        if token.level or token.map is None:
            continue
        block = "\n".join(lines[slice(*token.map)]).strip()
        if token.type == "heading_open":
            sections.append([block.lstrip("# ")])
        else:
            sections[-1].append(block)
    return sections


def _card(section: Sequence[str]) -> LessonCard:
    heading, settings_block, *blocks = section
    name, _, title = heading.partition(": ")
    settings = _settings(settings_block)
    task, answer = (_start(blocks, mark) for mark in (_TASK, _ANSWER))
    options = [option for block in blocks[task:answer] for option in _OPTION.findall(block)]
    right = [number for number, (mark, _) in enumerate(options) if mark == "x"]
    if not 0 < task < answer < len(blocks) or len(right) != bool(options):
        raise ValueError(f"The card {name!r} lacks a text, a task, one right answer or its reason.")
    instructions = [block for block in blocks[task:answer] if not _OPTION.match(block)]
    return LessonCard(
        name=name,
        title=title,
        figure=settings["figure"],
        sets=MappingProxyType(_pairs(settings.get("sets", ""))),
        needs=MappingProxyType(
            {key: tuple(value.split("|")) for key, value in _pairs(settings["needs"]).items()}
        ),
        text=_joined(blocks[:task]),
        task=_joined(instructions).removeprefix(_TASK),
        options=tuple(option for _, option in options),
        right=right[0] if right else None,
        answer=_joined(blocks[answer:]).removeprefix(_ANSWER),
    )


def _start(blocks: Sequence[str], mark: str) -> int:
    """Return the index of the block that begins with a mark; their number if there is none."""
    starts = (index for index, block in enumerate(blocks) if block.startswith(mark))
    return next(starts, len(blocks))


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(blocks)


def _settings(block: str) -> dict[str, str]:
    """Parse lines such as "name: value"."""
    return dict(line.split(": ", 1) for line in block.splitlines())


def _pairs(text: str) -> dict[str, str]:
    """Parse "choice=value choice=value"."""
    pairs = (pair.partition("=") for pair in text.split())
    return {name: value for name, _, value in pairs}


def _resolved(values: tuple[str, ...], choices: Mapping[str, str]) -> list[str]:
    """Replace the values in braces with the figure's findings; drop those without a finding."""
    resolved = (choices.get(value[1:-1]) if value.startswith("{") else value for value in values)
    return [value for value in resolved if value is not None]
