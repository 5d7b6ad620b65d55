"""A highway network with the layers of ResNet-34, each with a gate of the same size.

Follows "Training Very Deep Networks" (Srivastava, Greff, Schmidhuber, 2015), in which layers that
change the shape of the feature maps are plain ones without a gate.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

LAYERS = (6, 8, 12, 6)  # convolutions in the stages of ResNet-34
STEM_CHANNELS = 64
GATE_BIAS = -2.0  # an untrained gate passes most of the input on


class HighwayLayer(nn.Module):
    """y = T(x) · H(x) + (1 - T(x)) · x, with H a convolution and its ReLU, and T its gate.

    Args:
        channels: number of channels of input and output, C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.transform = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.gate = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        nn.init.constant_(self.gate.bias, GATE_BIAS)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Map x, shape (N, C, H, W), to the layer's output of the same shape."""
        return torch.lerp(x, self.transform(x).relu(), self.gate(x).sigmoid())


def highway_34(num_classes: int = 1000) -> nn.Sequential:
    """Build the network: stem, four stages and head; 34 layers, not counting the gates.

    Args:
        num_classes: number of outputs of the head, K.
    """
    channels = [STEM_CHANNELS * 2**stage for stage in range(len(LAYERS))]
    stem = nn.Sequential(
        nn.Conv2d(3, STEM_CHANNELS, kernel_size=7, stride=2, padding=3),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    )
    stages = {
        f"layer{number}": _stage(before, after, depth)
        for number, (before, after, depth) in enumerate(
            zip([STEM_CHANNELS, *channels], channels, LAYERS, strict=False), 1
        )
    }
    head = nn.Sequential(
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(1), nn.Linear(channels[-1], num_classes)
    )
    return nn.Sequential(OrderedDict(stem=stem, **stages, head=head))


def _stage(before: int, after: int, depth: int) -> nn.Sequential:
    if before == after:
        return nn.Sequential(*(HighwayLayer(after) for _ in range(depth)))
    downsampling = nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1)
    return nn.Sequential(downsampling, nn.ReLU(), *(HighwayLayer(after) for _ in range(depth - 1)))
