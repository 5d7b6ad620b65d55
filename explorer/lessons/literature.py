"""Works cited in the app's texts: papers, software and web pages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from explorer.paths import ASSETS

REFERENCE = ASSETS / "lessons"


@dataclass(frozen=True)
class Work:
    """A work that can be cited.

    Attributes:
        short: short form of the citation, e.g. "He et al. 2015".
        authors: names of the authors, in the work's order.
        year: year of first publication; "undated" for a web page that gives none.
        title: title as printed on the work.
        where: journal, identifier or address of the work.
    """

    short: str
    authors: str
    year: str
    title: str
    where: str

    @property
    def line(self) -> str:
        """Entry for a list of references."""
        return f"{self.authors} ({self.year}): {self.title}. {self.where}."


@cache
def works() -> dict[str, Work]:
    """Read the works by key."""
    with (REFERENCE / "literature.toml").open("rb") as file:
        return {key: Work(**entry) for key, entry in tomllib.load(file).items()}
