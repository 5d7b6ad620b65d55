"""The effective receptive field of a cell of a feature map on one photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from explorer.array_types import Map
from explorer.explain.forward_pass import ForwardPass
from explorer.networks.receptive_fields import Extent, ReceptiveField


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """The effective receptive field of a cell: how strongly each pixel of the input affects it.

    Attributes:
        gradient: the magnitude of the gradient of the sum of the cell's channels, summed over the
            colours and scaled to a maximum of 1; all zero if the cell is dead. float32, shape
            (S, S).
        row: the middle of the cell, in rows of the input.
        column: the middle of the cell, in columns of the input.
    """

    HELD: ClassVar[float] = 0.9  # share of the gradient inside the square that is drawn

    gradient: Map
    row: float
    column: float

    def side_of(self, share: float) -> float:
        """Return the side of the square around the cell that holds a share of the gradient.

        Returns:
            The side in pixels of the input, also where the square extends beyond it; 0 if the cell
            is dead.
        """
        rows, columns = np.indices(self.gradient.shape) + 0.5
        distances = np.maximum(abs(rows - self.row), abs(columns - self.column)).ravel()
        order = distances.argsort()
        cumulative = self.gradient.ravel()[order].cumsum(dtype=np.float64)
        if not cumulative[-1]:
            return 0.0
        last = int(np.searchsorted(cumulative, share * cumulative[-1]))
        return float(2 * distances[order[last]] + 1)

    def square(self, share: float) -> tuple[Extent, Extent]:
        """Return the rows and columns of the input that the square of `side_of` covers."""
        half = self.side_of(share) / 2
        rows = Extent(round(self.row - half), round(self.row + half))
        return rows, Extent(round(self.column - half), round(self.column + half))


def effective_field(
    forward_pass: ForwardPass, field: ReceptiveField, block: str, row: int, column: int
) -> EffectiveField:
    """Measure the effective receptive field of a cell of a block on one photo.

    Gradients are backpropagated link by link, so that only one link's graph is alive at a time.

    Args:
        forward_pass: the forward pass of the photo; only read.
        field: the theoretical receptive fields of the block's cells.
        block: the name of the block.
        row: the row of the cell on the block's grid.
        column: the column of the cell on the block's grid.
    """
    network, forward_pass = forward_pass.network, forward_pass.with_outputs()
    names = list(network.chain)
    links = names[: names.index(block) + 1]
    inputs = dict(
        zip(
            links,
            [forward_pass.x, *(forward_pass.outputs[link] for link in links[:-1])],
            strict=True,
        )
    )
    gradient: Tensor | None = None
    for link in reversed(links):
        x = inputs[link].detach().requires_grad_()
        with torch.enable_grad(), network.autocast():
            y = network.chain[link](x)
            score = y[0, :, row, column].float().sum() if gradient is None else y
        (gradient,) = torch.autograd.grad(score, x, gradient)
    assert gradient is not None  # there is at least one link, the stem
    strength = gradient[0].float().abs().sum(0)
    strongest = strength.max().clamp_min(torch.finfo(torch.float32).tiny)
    middles = (field.of_cell(row).middle, field.of_cell(column).middle)
    return EffectiveField((strength / strongest).cpu().numpy(), *middles)
