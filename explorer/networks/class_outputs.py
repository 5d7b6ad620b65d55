"""How the outputs of a network become the probabilities of its classes.

Importing this module is cheap.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

NO_CLASSES = (
    "This network has no head: it gives features, not classes, so there is no prediction to "
    "explain. Look at its activations and its anatomy, or give it a head by training one."
)


class Outputs(StrEnum):
    """What the outputs are; their names are those on the command line."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    YES_OR_NO = "yes or no"
    FEATURES = "features"

    @property
    def heading(self) -> str:
        """How many of the classes a photo may have, for people."""
        return _HEADINGS[self]

    @property
    def scale(self) -> str:
        """What the probabilities have to do with each other, in a sentence; "" for a softmax."""
        return _SCALES.get(self, "")

    def probabilities(self, scores: Tensor) -> Tensor:
        """Turn the scores of K classes, shape (..., K), into probabilities.

        Those of a softmax add up to one. A sigmoid gives each class a probability of its own;
        features, which are no classes, have none: shape (..., 0).
        """
        if self is Outputs.FEATURES:
            return scores[..., :0]
        return scores.softmax(-1) if self is Outputs.SOFTMAX else scores.sigmoid()


_HEADINGS = {
    Outputs.SOFTMAX: "One",
    Outputs.SIGMOID: "Any number",
    Outputs.YES_OR_NO: "Yes or no",
    Outputs.FEATURES: "None",
}
_SCALES = {
    Outputs.SIGMOID: (
        "Each class has a scale of its own, a sigmoid: the probabilities need not add up to 100 %."
    ),
    Outputs.YES_OR_NO: "One output, read with a sigmoid, decides between the two classes.",
}


def class_scores(logits: Tensor) -> Tensor:
    """Return a score per class of logits, shape (..., K).

    A single logit decides between two classes, "no" and "yes": it is the score of the second, and
    its negative that of the first. The sigmoids of the two add up to one.
    """
    import torch

    return torch.cat([-logits, logits], -1) if logits.shape[-1] == 1 else logits
