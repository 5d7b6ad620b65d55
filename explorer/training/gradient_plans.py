"""Plans of gradient measurements, and their results; see `gradient_flow`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Init(StrEnum):
    """How the weights are initialised."""

    PYTORCH = "pytorch"  # the default of nn.Conv2d
    XAVIER = "xavier"  # Glorot and Bengio, 2010
    HE = "he"  # He et al., 2015

    @property
    def heading(self) -> str:
        """Display name."""
        return _HEADINGS[self]


_HEADINGS = {
    Init.PYTORCH: "PyTorch",
    Init.XAVIER: "Xavier 2010",
    Init.HE: "He 2015",
}


class GradientOf(StrEnum):
    """Tensors whose gradient norm is shown for each block."""

    INPUTS = "inputs"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class GradientPlan:
    """A network whose gradient norms to measure.

    Attributes:
        depth: number of layers: the stem, two in each block, and the head; even, 8 to 200.
        shortcuts: whether blocks are residual; otherwise they are plain, with the same layers.
        batch_norm: whether batch norm follows every convolution; if not, convolutions have a bias.
        init: initialisation of the weights.
    """

    depth: int
    shortcuts: bool
    batch_norm: bool
    init: Init

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return (self.depth - 2) // 2


@dataclass(frozen=True)
class GradientFlow:
    """Gradient norms of one backward pass.

    Attributes:
        plan: measured network.
        seed: seed of its weights.
        inputs: norm of the gradient with respect to each block's input, in order, over the whole
            batch; 0.0 if it vanished, infinity if it left the range of float64.
        weights: norm of the gradient with respect to each block's first convolution, in order; 0.0
            if it vanished, infinity if it left the range of float64.
    """

    plan: GradientPlan
    seed: int
    inputs: tuple[float, ...]
    weights: tuple[float, ...]

    def norms(self, of: GradientOf) -> tuple[float, ...]:
        """Return the norms for inputs or for weights."""
        return self.inputs if of is GradientOf.INPUTS else self.weights

    def ratio(self, of: GradientOf = GradientOf.INPUTS) -> float:
        """Return the norm at the first block divided by that at the last one."""
        norms = self.norms(of)
        first, last = norms[0], norms[-1]
        if math.isinf(first) or not last:
            return math.inf
        return first / last
