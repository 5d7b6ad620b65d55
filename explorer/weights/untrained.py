"""Untrained weights from a seed: torchvision's initialisation, then calibrated batch norm.

A freshly initialised deep ResNet gives useless maps: with batch norm in eval mode and its
statistics still at 0 and 1, every block adds to the variance. The logits of ResNet-152 reach 1e8,
every photo gets one class with probability 1, and Grad-CAM is blank. One pass over pictures sets
the statistics to those of the network's activations, as the first steps of training would.
"""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from explorer.networks.variants import Variant
from explorer.photos.geometry import IMAGENET

PICTURES, SIZE, DISCS, CONTRAST = 8, 128, 80, 1.3


@torch.no_grad()
def build_untrained(variant: Variant, seed: int) -> nn.Module:
    """Build a network whose weights depend only on the seed.

    torch's global random state is neither read nor changed, so threads do not affect each other.

    Args:
        variant: variant to build, at full width with 1000 classes.
        seed: seed of the initialisation, 0 <= seed < 2**63.

    Returns:
        The network on the CPU, in eval mode, with the batch-norm statistics of `dead_leaves`.
    """
    return _initialised(variant.build().to_empty(device="cpu"), seed)


@torch.no_grad()
def untrained_copy(network: nn.Module, seed: int) -> nn.Module:
    """Return a network of the same shape on the CPU, as if it had never been trained.

    Args:
        network: network to copy, of any width and with any head; it stays as it is.
        seed: as for `build_untrained`.
    """
    return _initialised(copy.deepcopy(network).cpu(), seed)


def _initialised(network: nn.Module, seed: int) -> nn.Module:
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        _initialise(module, generator)
    _calibrate(network, normalised(dead_leaves()))
    return network


def dead_leaves(count: int = PICTURES, size: int = SIZE) -> Tensor:
    """Generate pictures of overlapping coloured discs, the same ones at every call.

    Like photos, and unlike noise, they have edges, flat areas and shapes at all scales (Lee,
    Mumford and Huang, 2001): after a pass over noise, ResNet-152 gives photos logits of 500. Some
    colours reach black and white as in photos: without them, single photos still get logits of 10.

    Args:
        count: number of pictures, N.
        size: side of the pictures in pixels.

    Returns:
        Colours in 0..1, shape (N, 3, size, size).
    """
    generator = torch.Generator().manual_seed(0)

    def random(channels: int = 1) -> Tensor:
        return torch.rand(count, channels, 1, 1, generator=generator)

    def colour() -> Tensor:
        return (CONTRAST * (random(3) - 0.5) + 0.5).clamp(0, 1)

    axis = torch.linspace(-1, 1, size)
    pictures = colour().expand(-1, -1, size, size)
    for _ in range(DISCS):
        row, column = 2.4 * random() - 1.2, 2.4 * random() - 1.2
        radius = 0.05 * 20 ** random()
        inside = (axis[:, None] - row) ** 2 + (axis - column) ** 2 < radius**2
        pictures = torch.where(inside, colour(), pictures)
    return pictures


def normalised(pictures: Tensor) -> Tensor:
    """Normalise colours in 0..1 as the ImageNet weights expect them, shape (N, 3, H, W)."""
    mean, std = torch.tensor(IMAGENET.mean), torch.tensor(IMAGENET.std)
    return (pictures - mean[:, None, None]) / std[:, None, None]


def _initialise(module: nn.Module, generator: torch.Generator) -> None:
    """Initialise one layer as torchvision does, but with the given generator."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(
            module.weight, mode="fan_out", nonlinearity="relu", generator=generator
        )
    elif isinstance(module, nn.BatchNorm2d):
        module.reset_parameters()
    elif isinstance(module, nn.Linear):
        bound = 1 / math.sqrt(module.in_features)  # nn.Linear's default
        nn.init.uniform_(module.weight, -bound, bound, generator=generator)
        nn.init.uniform_(module.bias, -bound, bound, generator=generator)


def _calibrate(network: nn.Module, pictures: Tensor) -> None:
    """Set the batch-norm statistics to those of one batch, shape (N, 3, H, W)."""
    layers = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    momentum = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = None  # the statistics become the average over all batches: this one
    network.train()(pictures)
    network.eval()
    for layer, original in zip(layers, momentum, strict=True):
        layer.momentum = original
