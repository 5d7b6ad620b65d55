"""The cost of a residual block as formulas: basic block and bottleneck."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SQUEEZE = 4  # factor by which a bottleneck reduces its channels


class BlockKind(StrEnum):
    """How the branch of a block is built."""

    BASIC = "basic"  # two 3 x 3 convolutions
    BOTTLENECK = "bottleneck"  # 1 x 1 down to a quarter of the channels, 3 x 3, 1 x 1 back up


@dataclass(frozen=True)
class BlockCost:
    """The cost of a block with an identity shortcut: stride 1, as many channels out as in.

    Attributes:
        kind: how the branch of the block is built.
        channels: number of input and output channels, C.
        side: rows and columns of the block's maps, in cells.
    """

    kind: BlockKind
    channels: int
    side: int

    @property
    def convolutions(self) -> tuple[int, ...]:
        """The number of weights of each convolution."""
        c, m = self.channels, self.channels // SQUEEZE
        if self.kind is BlockKind.BASIC:
            return (9 * c * c, 9 * c * c)
        return (c * m, 9 * m * m, m * c)

    @property
    def normalisations(self) -> int:
        """The number of batch norm parameters: a scale and a shift per channel of each layer."""
        c, m = self.channels, self.channels // SQUEEZE
        return 2 * (2 * c) if self.kind is BlockKind.BASIC else 2 * (2 * m + c)

    @property
    def params(self) -> int:
        """The number of all parameters."""
        return sum(self.convolutions) + self.normalisations

    @property
    def macs(self) -> int:
        """Multiply-adds of a forward pass of one photo: every weight is used in every cell."""
        return sum(self.convolutions) * self.side**2

    @property
    def formula(self) -> str:
        """The number of parameters as LaTeX: convolutions, then batch norm."""
        if self.kind is BlockKind.BASIC:
            return r"2 \cdot 9 C^2 + 4 C"
        return r"2 C \tfrac{C}{4} + 9 \left(\tfrac{C}{4}\right)^2 + 4 \tfrac{C}{4} + 2 C"

    @property
    def with_numbers(self) -> tuple[str, str]:
        """The formula with this block's numbers: the convolutions, and batch norm."""
        c, m = self.channels, self.channels // SQUEEZE
        if self.kind is BlockKind.BASIC:
            return rf"2 \cdot 9 \cdot {c}^2", rf"4 \cdot {c}"
        return rf"2 \cdot {c} \cdot {m} + 9 \cdot {m}^2", rf"4 \cdot {m} + 2 \cdot {c}"
