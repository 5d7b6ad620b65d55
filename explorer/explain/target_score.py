"""The number that an explanation explains: the score of a class, or of a class over another."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from explorer.networks.class_outputs import class_scores


@dataclass(frozen=True)
class Target:
    """The score to explain.

    Attributes:
        index: the index of the class to explain.
        rather_than: the index of the class to compare it with, for "why A rather than B"; None for
            the class alone.
    """

    index: int
    rather_than: int | None = None

    def score(self, logits: Tensor) -> Tensor:
        """Reduce logits, shape (N, K), to the score, shape (N,), in float32."""
        scores = class_scores(logits.float())
        if self.rather_than is None:
            return scores[:, self.index]
        return scores[:, self.index] - scores[:, self.rather_than]
