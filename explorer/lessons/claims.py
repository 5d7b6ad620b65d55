"""Claims about ResNets, who makes them, and what decides them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from explorer.lessons.fact import Fact
from explorer.lessons.facts import fact, fill
from explorer.lessons.literature import REFERENCE, Work, works


class Verdict(StrEnum):
    """What is left of a claim."""

    TRUE = "true"
    DEPENDS = "depends"
    FALSE = "false"


@dataclass(frozen=True)
class Citation:
    """A place in a work.

    Attributes:
        work: that is cited.
        place: in it, or what it says there.
    """

    work: Work
    place: str

    @property
    def line(self) -> str:
        """The citation as a text has it."""
        return f"{self.work.short}, {self.place}"


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        label: what has the value.
        value: how long the bar is.
        text: the value as people read it.
        strong: whether it is the one that decides.
    """

    label: str
    value: float
    text: str
    strong: bool


@dataclass(frozen=True)
class BarFigure:
    """A figure of bars.

    Attributes:
        title: what they measure.
        amounts: the bars, in their order.
        sources: where the values come from.
    """

    title: str
    amounts: tuple[Bar, ...]
    sources: tuple[Work, ...]

    @property
    def alt(self) -> str:
        """The figure in words."""
        bars = ", ".join(f"{one.label} {one.text}" for one in self.amounts)
        return f"{self.title}: {bars}."


@dataclass(frozen=True)
class TryIt:
    """Where in the app a claim can be tried.

    Attributes:
        page: the name of its script, without ".py".
        label: what to do there.
        lesson: that is opened there; "" on other pages.
    """

    page: str
    label: str
    lesson: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim and its verdict.

    Attributes:
        id: its name in links.
        claim: as people make it.
        verdict: what is left of it.
        answer: why, in Markdown.
        said_by: who makes it.
        decided_by: what the verdict rests on.
        figure: the numbers that show it; None where there are none.
        look: where it can be tried; None if nowhere.
    """

    id: str
    claim: str
    verdict: Verdict
    answer: str
    said_by: tuple[Citation, ...]
    decided_by: tuple[Citation, ...]
    figure: BarFigure | None
    look: TryIt | None

    @property
    def works(self) -> tuple[Work, ...]:
        """All works that it names, each once."""
        cited = [citation.work for citation in (*self.said_by, *self.decided_by)]
        drawn = self.figure.sources if self.figure else ()
        return tuple(dict.fromkeys([*cited, *drawn]))


@cache
def claims() -> tuple[Claim, ...]:
    """Read the claims, with their facts filled in.

    Raises:
        KeyError: if one names a work or a fact that does not exist.
    """
    with (REFERENCE / "claims.toml").open("rb") as file:
        return tuple(_claim(entry) for entry in tomllib.load(file)["claim"])


def _claim(entry: Mapping[str, Any]) -> Claim:
    return Claim(
        id=entry["id"],
        claim=entry["claim"],
        verdict=Verdict(entry["verdict"]),
        answer=fill(entry["answer"]).strip(),
        said_by=_citations(entry["said_by"]),
        decided_by=_citations(entry["decided_by"]),
        figure=_amounts(entry["figure"]) if "figure" in entry else None,
        look=TryIt(*entry["look"]) if "look" in entry else None,
    )


def _citations(entries: list[list[str]]) -> tuple[Citation, ...]:
    return tuple(Citation(works()[key], fill(place)) for key, place in entries)


def _amounts(entry: Mapping[str, Any]) -> BarFigure:
    amounts = tuple(
        _amount(label, value, entry["unit"], index in entry["strong"])
        for index, (label, value) in enumerate(entry["rows"])
    )
    return BarFigure(entry["title"], amounts, tuple(works()[key] for key in entry["sources"]))


def _amount(label: str, value: float | str, unit: str, strong: bool) -> Bar:
    """Take the name of a fact, or a number that the source gives."""
    if isinstance(value, str):
        known: Fact = fact(value)
        return Bar(label, known.value, known.text, strong)
    return Bar(label, value, f"{value}\N{NO-BREAK SPACE}{unit}".strip(), strong)
