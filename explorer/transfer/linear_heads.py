"""Heads that are fitted on the features of a frozen network, in no time beside its training.

Both kinds are linear, so that each becomes the network's own last layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.array_types import Map
from explorer.errors import DataError
from explorer.photos.near_duplicates import Groups
from explorer.transfer.labelled_photos import Indices
from explorer.transfer.splits import inner_folds

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # C of scikit-learn; less is a stronger penalty
USUAL = 0.03  # where there are too few photos to choose by
FOLDS = 3


@dataclass(frozen=True, eq=False)
class LinearHead:
    """A linear layer from features to logits, without any other preparation of the features.

    Attributes:
        weight: float32, shape (K, C); two rows for two classes.
        bias: float32, shape (K,).
    """

    weight: Map
    bias: Map

    def logits(self, vectors: Map) -> Map:
        """Return the logits of features, shape (N, C), as float32, shape (N, K)."""
        logits: Map = vectors @ self.weight.T + self.bias
        return logits
