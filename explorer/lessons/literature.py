"""What the texts of the app cite: papers, software and web pages, each with its title."""

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
        short: how a text names it, e.g. "He et al. 2015".
        authors: in their order.
        year: of its first publication; "undated" for a web page that gives none.
        title: as it stands on it.
        where: it can be found.
    """

    short: str
    authors: str
    year: str
    title: str
    where: str

    @property
    def line(self) -> str:
        """The entry of a list of references."""
        return f"{self.authors} ({self.year}): {self.title}. {self.where}."


@cache
def works() -> dict[str, Work]:
    """Read the works by their keys."""
    with (REFERENCE / "literature.toml").open("rb") as file:
        return {key: Work(**entry) for key, entry in tomllib.load(file).items()}
