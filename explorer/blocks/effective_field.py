"""What a cell of a feature map sees on one photo: its effective receptive field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.explain.forward_pass import ForwardPass
from explorer.networks.receptive_fields import Extent, ReceptiveField


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
    forward_pass: ForwardPass, field: ReceptiveField, block: str, row: int, column: int
) -> EffectiveField:
    """Measure what a cell of a block sees on the photo of a pass.

    The way back is walked link by link, so that only one link's graph is ever alive.

    Args:
        forward_pass: the pass; only read.
        field: the theoretical fields of the block's cells.
        block: whose cell.
        row: of the cell on the block's grid.
        column: likewise.
    """
    network, forward_pass = forward_pass.network, forward_pass.with_outputs()
    names = list(network.chain)
    links = names[: names.index(block) + 1]
    below = dict(
        zip(
            links,
            [forward_pass.x, *(forward_pass.outputs[link] for link in links[:-1])],
            strict=True,
        )
    )
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
