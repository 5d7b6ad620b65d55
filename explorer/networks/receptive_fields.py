"""Receptive fields: the part of the network's input that a cell of a feature map depends on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Extent:
    """A range of pixels along one axis, as in `range`.

    Attributes:
        first: index of the first pixel.
        end: index after the last pixel.
    """

    first: int
    end: int

    @property
    def middle(self) -> float:
        """The position halfway between the edges, in pixels."""
        return (self.first + self.end) / 2

    def within(self, pixels: int) -> Extent:
        """Return the part that lies on an input of the given number of pixels."""
        return Extent(max(self.first, 0), min(self.end, pixels))


@dataclass(frozen=True)
class ReceptiveField:
    """The theoretical receptive fields of the cells along one side of a feature map.

    Attributes:
        size: width of a cell's field, in pixels of the input.
        jump: distance between the fields of neighbouring cells, in pixels of the input.
        start: index of the first pixel in the field of cell 0; negative if it is in the padding.
    """

    size: int = 1
    jump: int = 1
    start: int = 0

    def then(self, kernel: int, stride: int = 1, padding: int = 0) -> ReceptiveField:
        """Return the fields after a further layer; the arguments are those of a convolution."""
        return ReceptiveField(
            size=self.size + (kernel - 1) * self.jump,
            jump=self.jump * stride,
            start=self.start - padding * self.jump,
        )

    def of_cell(self, index: int) -> Extent:
        """Return the field of a cell; it may extend beyond the input, into the padding."""
        first = self.start + index * self.jump
        return Extent(first, first + self.size)


def through(field: ReceptiveField, layers: Iterable[nn.Module]) -> ReceptiveField:
    """Return the fields after a sequence of layers.

    Args:
        field: fields of the cells before the layers.
        layers: layers in order of execution; only square convolutions and max poolings count.
    """
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            sides = (layer.kernel_size, layer.stride, layer.padding)
            field = field.then(*(side if isinstance(side, int) else int(side[0]) for side in sides))
    return field
