"""What is asked of the network: which class, set against which other, at which block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.wording import spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction


@dataclass(frozen=True)
class Question:
    """What an explanation answers.

    Attributes:
        explained: the class to explain.
        rather_than: the class to set against it; None for the class alone.
        block: where the network is asked.
        signed: keep the evidence against the class, too.
    """

    explained: Prediction
    rather_than: Prediction | None
    block: str
    signed: bool

    @property
    def other(self) -> int | None:
        """The index of the second class, as the core takes it."""
        return None if self.rather_than is None else self.rather_than.index

    @property
    def title(self) -> str:
        """The class, and what it is set against."""
        if self.rather_than is None:
            return spoken(self.explained.label)
        return f"{spoken(self.explained.label)} rather than {spoken(self.rather_than.label)}"

    @property
    def supports(self) -> str:
        """What a positive value means."""
        return f"speaks for {self.title}"

    @property
    def opposes(self) -> str:
        """What a negative value means."""
        if self.rather_than is None:
            return f"speaks against {self.title}"
        return f"speaks for {spoken(self.rather_than.label)}"
