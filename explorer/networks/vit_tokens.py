"""The tokens of a transformer as a grid of patches.

The first token is the class token, which has no position in the photo. Heatmaps use the others.
"""

from __future__ import annotations

import math

from torch import Tensor, cat, nn


def as_grid(output: Tensor) -> Tensor:
    """Arrange tokens as a grid.

    Args:
        output: output of a block, shape (N, 1 + h * h, C), or a grid already, shape (N, C, h, w).

    Returns:
        All tokens but the first, shape (N, C, h, h); a view where possible.
    """
    if output.ndim == 4:
        return output
    patches = output[:, 1:]
    side = math.isqrt(patches.shape[1])
    count, _, channels = patches.shape
    return patches.transpose(1, 2).reshape(count, channels, side, side)


class FromGrid(nn.Module):
    """Turns a grid of patches back into tokens, preceded by a class token.

    Args:
        output: tokens that the class token is taken from, shape (N, 1 + h * h, C).
    """

    def __init__(self, output: Tensor) -> None:
        super().__init__()
        self._class_token = output[:, :1].detach()

    def forward(self, grid: Tensor) -> Tensor:
        """Map a grid, shape (N, C, h, h), to tokens, shape (N, 1 + h * h, C)."""
        return cat([self._class_token, grid.flatten(2).transpose(1, 2)], 1)
