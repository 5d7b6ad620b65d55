"""Recognise a ResNet by the shapes of its weights, and list how they differ from a variant's.

Only shapes are compared; nothing the size of the weights is allocated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from explorer.networks.variants import VARIANTS, Variant

if TYPE_CHECKING:
    from torch import Tensor, nn

    from explorer.networks.heads import Head

Shapes = Mapping[str, tuple[int, ...]]

STEM_ENTRY, HEAD_ENTRY, MIDDLE_ENTRY = "conv1.weight", "fc.weight", "layer1.0.conv2.weight"
BATCH_COUNTER = "num_batches_tracked"  # not a weight; missing from files older than PyTorch 0.4.1


@dataclass(frozen=True)
class Architecture:
    """A variant of the catalogue with a width and a number of classes.

    Attributes:
        variant: entry in the catalogue.
        width: number of channels of the stem; 64 is torchvision's own network.
        num_classes: number of outputs of the head, K.
        head: what follows the last block; None for torchvision's pooling and one linear layer.
    """

    variant: Variant
    width: int
    num_classes: int
    head: Head | None = None

    def build(self) -> nn.Module:
        """Build the network on the meta device."""
        network = self.variant.build(self.num_classes, self.width)
        if self.head is not None:
            self.head.attach(network)
        return network

    def assemble(self, state: Mapping[str, Tensor]) -> nn.Module:
        """Build the network around weights, without copying them.

        Args:
            state: entry name -> float32 tensor of the right shape; missing batch counters become 0.
        """
        import torch

        network = self.build()
        counters = {name for name in network.state_dict() if name.endswith(BATCH_COUNTER)}
        zeros = {name: torch.tensor(0) for name in counters - state.keys()}
        network.load_state_dict({**state, **zeros}, assign=True)
        return network


def recognise(shapes: Shapes) -> Architecture | None:
    """Find the architecture that a set of weights belongs to.

    Args:
        shapes: entry name -> shape, e.g. "conv1.weight": (64, 3, 7, 7).

    Returns:
        The architecture, or None if it is not in the catalogue. Single entries may still differ;
        see `differences`.
    """
    fingerprint = _fingerprint(shapes)
    variant = _known_fingerprints().get(fingerprint) if fingerprint else None
    return closest(variant, shapes) if variant else None


def closest(variant: Variant, shapes: Shapes) -> Architecture:
    """Choose the width and the number of classes with which a variant comes closest to weights.

    Weights without a head, or with another one than a single layer, get 1000 classes.
    """
    stem, head = shapes.get(STEM_ENTRY), shapes.get(HEAD_ENTRY)
    return Architecture(
        variant,
        width=max(stem[0], 1) if stem and variant.any_width else 64,
        num_classes=max(head[0], 1) if head else 1000,
    )


def differences(shapes: Shapes, architecture: Architecture) -> tuple[str, ...]:
    """List how weights differ from those of an architecture, one phrase per entry.

    Returns:
        E.g. ("fc.bias is missing", "conv1.weight is 64 x 1 x 7 x 7 instead of 64 x 3 x 7 x 7").
    """
    expected = shapes_of(architecture.build().state_dict())
    mismatched = [
        f"{name} is {_times(shapes[name])} instead of {_times(shape)}"
        for name, shape in expected.items()
        if name in shapes and shapes[name] != shape
    ]
    missing = [
        f"{name} is missing"
        for name in expected
        if name not in shapes and not name.endswith(BATCH_COUNTER)
    ]
    unknown = [f"{name} is unknown" for name in shapes if name not in expected]
    return (*mismatched, *missing, *unknown)


def shapes_of(state: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each entry of a state dict."""
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


@dataclass(frozen=True)
class _Fingerprint:
    """What distinguishes variants of any width: blocks per stage, and the middle of a block."""

    depths: tuple[int, ...]
    bottleneck: bool
    groups: int
    widening: int


def _fingerprint(shapes: Shapes) -> _Fingerprint | None:
    stem, middle = shapes.get(STEM_ENTRY, ()), shapes.get(MIDDLE_ENTRY, ())
    if len(stem) != 4 or len(middle) != 4 or not math.prod(stem) * math.prod(middle):
        return None
    return _Fingerprint(
        depths=tuple(
            _count_blocks(shapes, stage) for stage in ("layer1", "layer2", "layer3", "layer4")
        ),
        bottleneck="layer1.0.conv3.weight" in shapes,
        groups=middle[0] // middle[1],
        widening=middle[0] // stem[0],
    )


def _count_blocks(shapes: Shapes, stage: str) -> int:
    block = re.compile(rf"{stage}\.(\d+)\.")
    return len({match.group(1) for name in shapes if (match := block.match(name))})


@cache
def _known_fingerprints() -> dict[_Fingerprint | None, Variant]:
    return {
        _fingerprint(shapes_of(variant.build().state_dict())): variant
        for variant in VARIANTS.values()
    }


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"
