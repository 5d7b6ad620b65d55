"""The field's terms: two sentences each, what to read, and where to see it in the app."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from explorer.lessons.literature import REFERENCE, Work, works


class Field(StrEnum):
    """What a term belongs to."""

    NETWORK = "network"
    TRAINING = "training"
    SEEING = "seeing"
    COST = "cost"

    @property
    def heading(self) -> str:
        """The name for people."""
        return _HEADINGS[self]


_HEADINGS = {
    Field.NETWORK: "The network",
    Field.TRAINING: "Training",
    Field.SEEING: "Looking inside",
    Field.COST: "Accuracy and cost",
}


@dataclass(frozen=True)
class Term:
    """An entry.

    Attributes:
        id: its name in links, and of its picture.
        title: the term.
        field: what it belongs to.
        text: two sentences.
        picture: what its picture shows, in words.
        works: where to read more; empty where every textbook has it.
        see: ids of related terms.
        page: the script of the page that shows it, without ".py"; "" for none.
        lesson: that shows it on the page of lessons; "" for none.
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
    """Read the terms by their ids, in alphabetical order.

    Raises:
        KeyError: if one names a work that does not exist.
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
