"""Heads other than torchvision's: several linear layers, another pooling, or no head at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor, nn


class LayerKind(StrEnum):
    """The kind of one layer of a head."""

    LINEAR = "linear"
    BATCH_NORM = "batch norm"
    LAYER_NORM = "layer norm"
    RELU = "ReLU"
    GELU = "GELU"
    SILU = "SiLU"
    TANH = "tanh"
    LEAKY_RELU = "leaky ReLU"


_ACTIVATIONS: dict[LayerKind, type[nn.Module]] = {
    LayerKind.RELU: nn.ReLU,
    LayerKind.GELU: nn.GELU,
    LayerKind.SILU: nn.SiLU,
    LayerKind.TANH: nn.Tanh,
    LayerKind.LEAKY_RELU: nn.LeakyReLU,
}


@dataclass(frozen=True)
class HeadLayer:
    """One layer of a head; dropout is left out, because it does nothing in eval mode.

    Attributes:
        kind: kind of the layer.
        inputs: number of inputs.
        outputs: number of outputs; the same as the inputs except for a linear layer.
        has_bias: whether a linear layer adds a bias.
    """

    kind: LayerKind
    inputs: int
    outputs: int
    has_bias: bool = True

    def build(self) -> nn.Module:
        """Build the layer on the current default device."""
        if self.kind is LayerKind.LINEAR:
            return nn.Linear(self.inputs, self.outputs, self.has_bias)
        if self.kind is LayerKind.BATCH_NORM:
            return nn.BatchNorm1d(self.inputs)
        if self.kind is LayerKind.LAYER_NORM:
            return nn.LayerNorm(self.inputs)
        return _ACTIVATIONS[self.kind]()


@dataclass(frozen=True)
class Head:
    """What follows the last block of a network.

    Attributes:
        layers: layers after the pooling, in order; none if the network gives features.
        pools_maximum: whether the maximum of each channel precedes its mean, as fastai pools.
    """

    layers: tuple[HeadLayer, ...] = ()
    pools_maximum: bool = False

    def attach(self, network: nn.Module) -> None:
        """Replace pooling and head of a torchvision network on the meta device."""
        with torch.device("meta"):
            layers = [layer.build() for layer in self.layers]
            single = len(layers) == 1 and self.layers[0].kind is LayerKind.LINEAR
            network.fc = layers[0] if single else nn.Sequential(*layers)
        if self.pools_maximum:
            network.avgpool = MaximumAndMean()
        network.eval()


class MaximumAndMean(nn.Module):
    """The maximum of each channel over the cells, then the mean: fastai's AdaptiveConcatPool2d."""

    def forward(self, x: Tensor) -> Tensor:
        """Pool cells, shape (N, C, h, w), to shape (N, 2 C, 1, 1)."""
        return torch.cat([x.amax((2, 3), keepdim=True), x.mean((2, 3), keepdim=True)], 1)
