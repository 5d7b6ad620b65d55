"""The part of the network's input that a cell of a feature map sees: in theory, and on a photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.forward import ForwardPass


@dataclass(frozen=True)
class Extent:
    """A stretch of pixels, from the first one to the one behind the last."""

    first: int
    end: int

    @property
    def middle(self) -> float:
        """Half-way between its edges."""
        return (self.first + self.end) / 2

    def within(self, pixels: int) -> Extent:
        """Return the part of it that lies on an input of so many pixels."""
        return Extent(max(self.first, 0), min(self.end, pixels))


@dataclass(frozen=True)
class ReceptiveField:
    """The theoretical receptive fields of the cells along one side of a feature map.

    Attributes:
        size: pixels of the input that one cell sees.
        jump: pixels between the fields of neighbouring cells.
        start: the first pixel that cell 0 sees; negative where that lies in the padding.
    """

    size: int = 1
    jump: int = 1
    start: int = 0

    def then(self, kernel: int, stride: int = 1, padding: int = 0) -> ReceptiveField:
        """Return the fields behind a further layer; arguments as those of a convolution."""
        return ReceptiveField(
            size=self.size + (kernel - 1) * self.jump,
            jump=self.jump * stride,
            start=self.start - padding * self.jump,
        )

    def of_cell(self, index: int) -> Extent:
        """Return what a cell sees; it may reach out of the input, into the padding."""
        first = self.start + index * self.jump
        return Extent(first, first + self.size)


def through(field: ReceptiveField, layers: Iterable[nn.Module]) -> ReceptiveField:
    """Return the fields behind layers that follow each other.

    Args:
        field: of the cells in front of them.
        layers: in the order in which they compute; square convolutions and poolings count.
    """
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            sides = (layer.kernel_size, layer.stride, layer.padding)
            field = field.then(*(side if isinstance(side, int) else int(side[0]) for side in sides))
    return field


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """What a cell sees on one photo: how strongly each pixel moves it.

    Attributes:
        gradient: of the sum of the cell's channels, its magnitude summed over the colours, so that
            the strongest pixel has 1; all zero if the cell is dead. float32, shape (S, S).
        row: of the cell, in rows of the input: its middle.
        column: likewise.
    """

    gradient: NDArray[np.float32]
    row: float
    column: float

    def side_of(self, share: float) -> float:
        """Return the side of the square around the cell that holds a share of the gradient.

        Returns:
            Pixels; what the square reaches out of the input counts. 0 if the cell is dead.
        """
        rows, columns = np.indices(self.gradient.shape) + 0.5
        away = np.maximum(abs(rows - self.row), abs(columns - self.column)).ravel()
        order = away.argsort()
        held = self.gradient.ravel()[order].cumsum(dtype=np.float64)
        if not held[-1]:
            return 0.0
        last = int(np.searchsorted(held, share * held[-1]))
        return float(2 * away[order[last]] + 1)

    def square(self, share: float) -> tuple[Extent, Extent]:
        """Return the rows and the columns of that square."""
        half = self.side_of(share) / 2
        rows = Extent(round(self.row - half), round(self.row + half))
        return rows, Extent(round(self.column - half), round(self.column + half))


def effective_field(
    kept: ForwardPass, field: ReceptiveField, block: str, row: int, column: int
) -> EffectiveField:
    """Measure what a cell of a block sees on the photo of a pass.

    The way back is walked link by link, so that only one link's graph is ever alive.

    Args:
        kept: the pass; only read.
        field: the theoretical fields of the block's cells.
        block: whose cell.
        row: of the cell on the block's grid.
        column: likewise.
    """
    network, kept = kept.network, kept.with_outputs()
    names = list(network.chain)
    links = names[: names.index(block) + 1]
    below = dict(zip(links, [kept.x, *(kept.outputs[link] for link in links[:-1])], strict=True))
    gradient: Tensor | None = None
    for link in reversed(links):
        x = below[link].detach().requires_grad_()
        with torch.enable_grad(), network.autocast():
            y = network.chain[link](x)
            score = y[0, :, row, column].float().sum() if gradient is None else y
        (gradient,) = torch.autograd.grad(score, x, gradient)
    assert gradient is not None  # there is a link in front of every block, or the stem itself
    strength = gradient[0].float().abs().sum(0)
    strongest = strength.max().clamp_min(torch.finfo(torch.float32).tiny)
    middles = (field.of_cell(row).middle, field.of_cell(column).middle)
    return EffectiveField((strength / strongest).cpu().numpy(), *middles)
