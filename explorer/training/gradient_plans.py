"""Networks to send a gradient through, and what became of it; see `gradient_flow`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Init(StrEnum):
    """How the weights start."""

    PYTORCH = "pytorch"  # the default of nn.Conv2d
    XAVIER = "xavier"  # Glorot and Bengio, 2010
    HE = "he"  # He et al., 2015

    @property
    def heading(self) -> str:
        """Its name for people."""
        return _HEADINGS[self]


_HEADINGS = {
    Init.PYTORCH: "PyTorch",
    Init.XAVIER: "Xavier 2010",
    Init.HE: "He 2015",
}


class GradientOf(StrEnum):
    """Of what a norm is shown, block by block."""

    INPUTS = "inputs"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class GradientPlan:
    """A network to send a gradient through.

    Attributes:
        depth: its layers: the stem, two in each block, and the head; even, 8 to 200.
        shortcuts: residual blocks; otherwise plain ones with the same layers.
        batch_norm: behind every convolution; without it, convolutions have a bias instead.
        init: how the weights start.
    """

    depth: int
    shortcuts: bool
    batch_norm: bool
    init: Init

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return (self.depth - 2) // 2


@dataclass(frozen=True)
class GradientFlow:
    """What one backward pass found.

    Attributes:
        plan: the network.
        seed: of its weights.
        inputs: |dLoss / d(input of block)| of every block in order, over the whole batch; 0.0 where
            it vanished altogether, infinity where it left the range of float64.
        weights: |dLoss / d(first convolution of block)|, likewise.
    """

    plan: GradientPlan
    seed: int
    inputs: tuple[float, ...]
    weights: tuple[float, ...]

    def norms(self, of: GradientOf) -> tuple[float, ...]:
        """Return one of the two."""
        return self.inputs if of is GradientOf.INPUTS else self.weights

    def ratio(self, of: GradientOf = GradientOf.INPUTS) -> float:
        """Return the norm at the first block, over that at the last one."""
        norms = self.norms(of)
        first, last = norms[0], norms[-1]
        if math.isinf(first) or not last:
            return math.inf
        return first / last
