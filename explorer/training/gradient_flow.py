"""Measure the norm of the gradient at every block of an untrained deep network.

The network is plain or residual and consists of 3 x 3 convolutions with 16 channels; depth, batch
norm and initialisation can be chosen. Its single backward pass is computed in float64, so that a
gradient that has nearly vanished does not underflow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.errors import RequestError
from explorer.training.gradient_plans import GradientFlow, GradientPlan, Init

if TYPE_CHECKING:
    from PIL import Image

WIDTH, CLASSES = 16, 10  # channels of every convolution; outputs of the head
SIDE = 32  # rows and columns of a photo in pixels; the stem halves them
FEWEST_PHOTOS = 4  # batch norm needs several
SHALLOWEST, DEEPEST = 8, 200  # layers


class GradientBlock(nn.Module):
    """Two convolutions, with or without batch norm, with or without a shortcut around them."""

    def __init__(self, shortcut: bool, batch_norm: bool) -> None:
        super().__init__()
        self.shortcut = shortcut
        self.conv1, self.bn1 = _convolution(WIDTH, batch_norm)
        self.conv2, self.bn2 = _convolution(WIDTH, batch_norm)

    def forward(self, x: Tensor) -> Tensor:
        """Map x to the block's output, both of shape (N, 16, 16, 16)."""
        y: Tensor = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + x if self.shortcut else y)


class GradientNet(nn.Module):
    """The network of a plan: stem, blocks and head, in float64 and training mode.

    Args:
        plan: network to build.
        seed: seed of the weights.
    """

    def __init__(self, plan: GradientPlan, seed: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _convolution(3, plan.batch_norm, stride=2)
        self.blocks = nn.ModuleList(
            GradientBlock(plan.shortcuts, plan.batch_norm) for _ in range(plan.blocks)
        )
        self.fc = nn.Linear(WIDTH, CLASSES)
        self.double().train()
        _initialise(self, plan.init, torch.Generator().manual_seed(seed))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Map photos (N, 3, 32, 32) to logits (N, 10), and to the inputs of all blocks."""
        x = functional.relu(self.bn1(self.conv1(x)))
        inputs: list[Tensor] = []
        for block in self.blocks:
            inputs.append(x)
            x = block(x)
        return self.fc(x.mean((2, 3))), inputs


def check(plan: GradientPlan) -> None:
    """Refuse a depth for which there is no network.

    Raises:
        RequestError: if the depth is odd or out of range.
    """
    if plan.depth % 2 or not SHALLOWEST <= plan.depth <= DEEPEST:
        raise RequestError(f"Choose an even depth from {SHALLOWEST} to {DEEPEST} layers.")


def as_batch(images: Sequence[Image.Image]) -> Tensor:
    """Turn RGB photos into one batch of centre crops in float64, shape (N, 3, 32, 32).

    Every channel has mean 0 and variance 1 over the batch.

    Raises:
        RequestError: if there are fewer than four.
    """
    from torchvision.transforms.functional import center_crop, pil_to_tensor, resize

    if len(images) < FEWEST_PHOTOS:
        raise RequestError(f"Batch norm needs at least {FEWEST_PHOTOS} photos.")
    squares = [center_crop(resize(image, SIDE), [SIDE, SIDE]) for image in images]
    batch = torch.stack([pil_to_tensor(square) for square in squares]).double()
    means, deviations = batch.mean((0, 2, 3), keepdim=True), batch.std((0, 2, 3), keepdim=True)
    normalised: Tensor = (batch - means) / deviations.clamp(min=1.0)
    return normalised


def measure(plan: GradientPlan, seed: int, photos: Tensor) -> GradientFlow:
    """Measure the gradient norms of one forward and backward pass.

    Args:
        plan: network to build.
        seed: seed of its weights.
        photos: batch from `as_batch`; photo i has class i modulo 10.

    Raises:
        RequestError: if there is no network of this depth.
    """
    check(plan)
    network = GradientNet(plan, seed)
    logits, inputs = network(photos)
    loss = functional.cross_entropy(logits, torch.arange(len(photos)) % CLASSES)
    weights = [network.get_parameter(f"blocks.{i}.conv1.weight") for i in range(plan.blocks)]
    gradients = torch.autograd.grad(loss, [*inputs, *weights])
    norms = [_norm(gradient) for gradient in gradients]
    return GradientFlow(plan, seed, tuple(norms[: len(inputs)]), tuple(norms[len(inputs) :]))


def _norm(gradient: Tensor) -> float:
    """Return the Euclidean norm, even if the squares would leave the range of float64."""
    largest = gradient.abs().max()
    if not largest.isfinite():  # NaN follows from an infinity further back
        return math.inf
    return float(largest * (gradient / largest).norm()) if largest else 0.0


def _convolution(
    channels: int, batch_norm: bool, stride: int = 1
) -> tuple[nn.Conv2d, nn.BatchNorm2d | nn.Identity]:
    convolution = nn.Conv2d(channels, WIDTH, 3, stride, padding=1, bias=not batch_norm)
    return convolution, nn.BatchNorm2d(WIDTH) if batch_norm else nn.Identity()


@torch.no_grad()
def _initialise(network: GradientNet, init: Init, generator: torch.Generator) -> None:
    """Initialise the convolutions as chosen, and the head always by PyTorch's default."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            _initialise_layer(module, init, generator)
    _initialise_layer(network.fc, Init.PYTORCH, generator)


def _initialise_layer(layer: nn.Conv2d | nn.Linear, init: Init, generator: torch.Generator) -> None:
    if init is Init.XAVIER:
        nn.init.xavier_normal_(layer.weight, generator=generator)
    elif init is Init.HE:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
    else:
        nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
    if layer.bias is not None:
        bound = 1 / math.sqrt(layer.weight[0].numel()) if init is Init.PYTORCH else 0.0
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
