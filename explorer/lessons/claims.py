"""Claims about ResNets, with the works that make them and the works that decide them."""

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
    """Whether a claim holds."""

    TRUE = "true"
    DEPENDS = "depends"
    FALSE = "false"


@dataclass(frozen=True)
class Citation:
    """A passage of a work.

    Attributes:
        work: the cited work.
        place: location of the passage in the work, or what it says.
    """

    work: Work
    place: str

    @property
    def line(self) -> str:
        """The citation as it is printed."""
        return f"{self.work.short}, {self.place}"


@dataclass(frozen=True)
class Bar:
    """A bar of a bar chart.

    Attributes:
        label: name of what was measured.
        value: length of the bar, in the unit of the chart.
        text: the value with its unit, as it is printed.
        strong: whether the bar is emphasised.
    """

    label: str
    value: float
    text: str
    strong: bool


@dataclass(frozen=True)
class BarFigure:
    """A bar chart.

    Attributes:
        title: what the bars measure.
        amounts: the bars, in drawing order.
        sources: works that the values come from.
    """

    title: str
    amounts: tuple[Bar, ...]
    sources: tuple[Work, ...]

    @property
    def alt(self) -> str:
        """Text alternative of the chart."""
        bars = ", ".join(f"{bar.label} {bar.text}" for bar in self.amounts)
        return f"{self.title}: {bars}."


@dataclass(frozen=True)
class TryIt:
    """A page of the app where a claim can be tried.

    Attributes:
        page: name of the page's script, without ".py".
        label: what to do on the page.
        lesson: name of the lesson to open; "" on any page but the lessons'.
    """

    page: str
    label: str
    lesson: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim and its verdict.

    Attributes:
        id: name of the claim in links.
        claim: wording of the claim, as people make it.
        verdict: whether the claim holds.
        answer: reasons for the verdict, in Markdown.
        said_by: passages that make the claim.
        decided_by: passages that the verdict rests on.
        figure: chart of the numbers behind the verdict; None without one.
        look: page where the claim can be tried; None without one.
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
        """All works that the claim cites, each once."""
        cited = [citation.work for citation in (*self.said_by, *self.decided_by)]
        charted = self.figure.sources if self.figure else ()
        return tuple(dict.fromkeys([*cited, *charted]))


@cache
def claims() -> tuple[Claim, ...]:
    """Read the claims and fill in their facts.

    Raises:
        KeyError: if a claim names a work or a fact that does not exist.
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
        figure=_bar_figure(entry["figure"]) if "figure" in entry else None,
        look=TryIt(*entry["look"]) if "look" in entry else None,
    )


def _citations(entries: list[list[str]]) -> tuple[Citation, ...]:
    return tuple(Citation(works()[key], fill(place)) for key, place in entries)


def _bar_figure(entry: Mapping[str, Any]) -> BarFigure:
    bars = tuple(
        _bar(label, value, entry["unit"], index in entry["strong"])
        for index, (label, value) in enumerate(entry["rows"])
    )
    return BarFigure(entry["title"], bars, tuple(works()[key] for key in entry["sources"]))


def _bar(label: str, value: float | str, unit: str, strong: bool) -> Bar:
    """Make a bar from the name of a fact, or from a number that the source gives."""
    if isinstance(value, str):
        recorded: Fact = fact(value)
        return Bar(label, recorded.value, recorded.text, strong)
    return Bar(label, value, f"{value}\N{NO-BREAK SPACE}{unit}".strip(), strong)
