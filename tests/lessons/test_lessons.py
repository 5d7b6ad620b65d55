"""Tests of explorer/lessons/lessons.py, and of every lesson that comes with the app."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from explorer.errors import RequestError
from explorer.lessons.lessons import (
    FOLDER,
    ORDER,
    Attempt,
    Lesson,
    LessonCard,
    find_lesson,
    lessons,
    neighbour,
    parse,
)
from explorer.ui.frame import link_state
from explorer.ui.lessons.lesson_figures import FIGURES, OF_CHOSEN_NETWORK

TEXT = """# A title
minutes: 3

What it is about.

## first: The first
figure: parts
sets: layer=layer1.1 variant=resnet18
needs: layer=layer2.0|layer3.0

Some text, and a number: {{blocks.basic.params}}.

Task: Do it.

- [ ] no
- [x] yes

Answer: Because.

## second: The second
figure: parts
needs: layer={largest}

More text.

Task: Only do it.

Answer: Done.
"""
# The figures' findings before the student does anything.
FIRST_FINDINGS = {
    "balance": "uneven",
    "largest": "layer4.1",
    "measured": "",
    "closest": "layer1.0",
    "worst": "layer3.0",
    "fewest": "efficientnet",
    "advised": "ResNet-152",
    "best": "resnet34",
    "most_right": "resnet50",
    "trained": "",
}
LAST_FINDINGS = FIRST_FINDINGS | {"balance": "even", "measured": "yes", "trained": "yes"}
CARDS = [
    pytest.param(lesson, card, id=f"{lesson.name}-{card.name}")
    for lesson in lessons().values()
    for card in lesson.cards
]
# Names, shapes and years: digits that nobody measured.
GIVEN = re.compile(
    r"\(?\b(?:19|20)\d\d\b|ResNet-\d+|[Pp]lain-\d+|layer\d\.\d|layer\d|\d × \d|"  # noqa: RUF001
    r"\bsection 4\.1|F\(x\) = 0|[x+] 0|mean 0|variance 1|stride 2|\b1 back|"
    r"\b95 % interval|"
    r"\b(?:8|18|20|34|50|56|64|66|100|110|152|200|256)\b"
)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return parse("example", TEXT)


def done_choices(card: LessonCard) -> dict[str, str]:
    """The choices after the task: every need has its first value."""
    needed = {name: values[0] for name, values in card.needs.items()}
    choices = LAST_FINDINGS | dict(card.sets)
    return choices | {name: choices.get(value.strip("{}"), value) for name, value in needed.items()}


def test_a_file_becomes_a_lesson(lesson: Lesson) -> None:
    first, second = lesson.cards
    assert (lesson.title, lesson.about, lesson.minutes) == ("A title", "What it is about.", 3)
    assert (first.name, first.title, first.figure) == ("first", "The first", "parts")
    assert first.sets == {"layer": "layer1.1", "variant": "resnet18"}
    assert first.needs == {"layer": ("layer2.0", "layer3.0")}
    assert first.text == "Some text, and a number: 1.18\xa0M."
    assert (first.task, first.options, first.right) == ("Do it.", ("no", "yes"), 1)
    assert (second.task, second.options, second.right) == ("Only do it.", (), None)
    assert second.answer == "Done."


def test_an_unknown_placeholder_is_a_mistake() -> None:
    with pytest.raises(KeyError, match=r"nothing\.known"):
        parse("example", TEXT.replace("blocks.basic.params", "nothing.known"))


@pytest.mark.parametrize("part", ["Task: Do it.", "- [x] yes", "Answer: Because."])
def test_a_card_without_one_of_its_parts_is_a_mistake(part: str) -> None:
    with pytest.raises(ValueError, match="'first' lacks"):
        parse("example", TEXT.replace(part, ""))


def test_an_unknown_card_means_the_first(lesson: Lesson) -> None:
    first, second = lesson.cards
    assert lesson.find("second") is second
    assert lesson.find("") is lesson.find("third") is first


def test_steps_lead_through_all_lessons() -> None:
    names = [(lesson.name, card.name) for lesson in lessons().values() for card in lesson.cards]
    card_id: tuple[str, str] | None = names[0]
    visited = []
    while card_id:
        visited.append(card_id)
        lesson = find_lesson(card_id[0])
        card_id = neighbour(lesson, lesson.find(card_id[1]), 1)
    assert visited == names
    last = find_lesson(names[-1][0])
    assert neighbour(last, last.find(names[-1][1]), -1) == names[-2]


def test_an_unknown_lesson_is_named() -> None:
    with pytest.raises(RequestError, match="There is no lesson 'knots'"):
        find_lesson("knots")


def test_a_finding_that_is_missing_fulfils_nothing(lesson: Lesson) -> None:
    second = lesson.cards[1]
    assert not second.is_done(Attempt({}))
    assert not second.is_done(Attempt({"layer": "layer1.0", "largest": "layer4.1"}))
    assert second.is_done(Attempt({"layer": "layer4.1", "largest": "layer4.1"}))


def test_every_file_is_a_lesson_and_names_only_facts_that_there_are() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == sorted(ORDER)
    assert list(lessons()) == list(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_texts_hold_no_measured_digits(name: str) -> None:
    for line in (FOLDER / f"{name}.md").read_text().splitlines():
        if line.startswith(("figure:", "sets:", "needs:", "minutes:")):
            continue
        rest = GIVEN.sub("", re.sub(r"\{\{[\w.]+\}\}", "", line))
        assert not re.search(r"\d", rest), line


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_a_card_names_a_figure_and_choices_that_there_are(lesson: Lesson, card: LessonCard) -> None:
    assert card.figure in FIGURES
    assert all(link_state.accepts(name, value) for name, value in card.sets.items())
    for name, values in card.needs.items():
        exists = name in FIRST_FINDINGS or all(
            link_state.accepts(name, FIRST_FINDINGS.get(value.strip("{}"), value))
            for value in values
        )
        assert exists, name


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_a_check_is_false_in_the_first_state(lesson: Lesson, card: LessonCard) -> None:
    choices = FIRST_FINDINGS | dict(card.sets)
    assert not card.is_done(Attempt(choices))
    assert not card.is_tried(Attempt(choices))
    assert not card.is_done(Attempt(choices, card.right))  # a lucky guess is not enough


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_a_check_is_false_after_a_wrong_answer(lesson: Lesson, card: LessonCard) -> None:
    for wrong in {None, *range(len(card.options))} - {card.right}:
        assert not card.is_done(Attempt(done_choices(card), wrong))
    for name in card.needs:
        choices: Mapping[str, str] = done_choices(card) | {name: "something else"}
        assert not card.is_done(Attempt(choices, card.right))


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_a_check_is_true_after_the_task(lesson: Lesson, card: LessonCard) -> None:
    assert card.is_done(Attempt(done_choices(card), card.right))


def test_figures_of_the_chosen_network_exist() -> None:
    assert set(FIGURES) >= OF_CHOSEN_NETWORK
