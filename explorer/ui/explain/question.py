"""The question an explanation answers: which class, compared with which, at which block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.wording import spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction


@dataclass(frozen=True)
class Question:
    """The question an explanation answers.

    Attributes:
        explained: the class to explain.
        rather_than: the class to compare it with; None for the class alone.
        block: name of the block at which the map is taken.
        signed: whether to keep the evidence against the class, too.
    """

    explained: Prediction
    rather_than: Prediction | None
    block: str
    signed: bool

    @property
    def other(self) -> int | None:
        """Index of the class to compare with; None if there is none."""
        return None if self.rather_than is None else self.rather_than.index

    @property
    def title(self) -> str:
        """The class, and the one it is compared with, in words."""
        if self.rather_than is None:
            return spoken(self.explained.label)
        return f"{spoken(self.explained.label)} rather than {spoken(self.rather_than.label)}"

    @property
    def supports(self) -> str:
        """Meaning of a positive value of the map."""
        return f"supports {self.title}"

    @property
    def opposes(self) -> str:
        """Meaning of a negative value of the map."""
        if self.rather_than is None:
            return f"counts against {self.title}"
        return f"supports {spoken(self.rather_than.label)}"
