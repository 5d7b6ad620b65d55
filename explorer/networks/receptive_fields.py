"""The part of the network's input that a cell of a feature map can see: its receptive field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn


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
