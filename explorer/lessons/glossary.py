"""Glossary: two sentences on each term, further reading, and where the app shows it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from explorer.lessons.literature import REFERENCE, Work, works


class Field(StrEnum):
    """The field that a term belongs to."""

    NETWORK = "network"
    TRAINING = "training"
    SEEING = "seeing"
    COST = "cost"

    @property
    def heading(self) -> str:
        """Name of the field for readers."""
        return _HEADINGS[self]


_HEADINGS = {
    Field.NETWORK: "The network",
    Field.TRAINING: "Training",
    Field.SEEING: "Looking inside",
    Field.COST: "Accuracy and cost",
}


@dataclass(frozen=True)
class Term:
    """An entry of the glossary.

    Attributes:
        id: name of the term in links, and of its picture.
        title: the term itself.
        field: field that the term belongs to.
        text: explanation in two sentences.
        picture: text alternative of the term's picture.
        works: further reading; empty if every textbook has the term.
        see: ids of related terms.
        page: script of the page that shows the term, without ".py"; "" for none.
        lesson: name of the lesson that shows the term; "" for none.
    """

    id: str
    title: str
    field: Field
    text: str
    picture: str
    works: tuple[Work, ...]
    see: tuple[str, ...]
    page: str
    lesson: str


@cache
def glossary() -> dict[str, Term]:
    """Read the terms by id, in alphabetical order.

    Raises:
        KeyError: if a term names a work that does not exist.
    """
    with (REFERENCE / "glossary.toml").open("rb") as file:
        terms = [_term(id, entry) for id, entry in tomllib.load(file).items()]
    return {term.id: term for term in sorted(terms, key=lambda term: term.title.casefold())}


def _term(id: str, entry: Mapping[str, Any]) -> Term:
    return Term(
        id=id,
        title=entry["title"],
        field=Field(entry["field"]),
        text=entry["text"],
        picture=entry["picture"],
        works=tuple(works()[key] for key in entry.get("works", ())),
        see=tuple(entry.get("see", ())),
        page=entry.get("page", "lessons" if "lesson" in entry else ""),
        lesson=entry.get("lesson", ""),
    )
