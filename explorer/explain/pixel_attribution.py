"""Attribute a score to the pixels of the network's input, with methods from Captum.

Each method is a generator that yields one result per step, so that a page can show progress and
stop. A step holds at most a few photos, which bounds its memory. Captum is imported by the first
call: it brings matplotlib along.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.explain.forward_pass import ForwardPass
from explorer.explain.target_score import Target
from explorer.networks.block_names import STEM
from explorer.networks.network import Network

# Captum warns at every call of Guided Backprop; here the module is a copy made for the call.
warnings.filterwarnings("ignore", message="Setting backward hooks on ReLU activations")

BATCH = 10  # photos in one pass
SEGMENTS, STEPS_PER_SEGMENT = 10, 5  # of the path along which Integrated Gradients integrates
SMOOTHING_BATCHES, NOISE = 5, 0.15  # batches of noisy copies; std as a share of the value range
WINDOW_CELLS, CELLS = 4, 28  # sides of the occluding square and of the input, in strides
OCCLUSION_FORWARDS = WINDOW_CELLS**2 * (CELLS / WINDOW_CELLS + 1) ** 2  # a pass for each square


@dataclass(frozen=True, eq=False)
class AttributionStep:
    """A map after some of the steps of its method.

    Attributes:
        heatmap: the signed map so far; float32 on the CPU, shape (h, w) of a block's grid, or
            (H, W) of the input: the sum over the colours, for Saliency the largest magnitude.
        done: number of steps done; the map is final when it equals `steps`.
        steps: total number of steps.
    """

    heatmap: Tensor
    done: int
    steps: int


class Scored(nn.Module):
    """A network that returns one score per photo instead of logits."""

    def __init__(self, network: Network, module: nn.Module, target: Target) -> None:
        super().__init__()
        self.module, self._network, self._target = module, network, target

    def forward(self, x: Tensor) -> Tensor:
        """Score normalised photos, shape (N, 3, H, W); return the scores, shape (N,)."""
        with self._network.autocast():
            return self._target.score(self.module(x))


def integrated_gradients(forward_pass: ForwardPass, target: Target) -> Iterator[AttributionStep]:
    """Integrated Gradients (Sundararajan et al., 2017) from the mean colour to the photo.

    The path is split into segments, one per step; their integrals add up to that of the whole path.
    """
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(_scored_network(forward_pass, target))
    x, total = forward_pass.x, torch.zeros_like(forward_pass.x)
    for step in range(SEGMENTS):
        total += method.attribute(
            _leaf_copy(x * (step + 1) / SEGMENTS),
            baselines=x * step / SEGMENTS,
            n_steps=STEPS_PER_SEGMENT,
            method="riemann_middle",
            internal_batch_size=BATCH,
        )
        yield AttributionStep(_colour_sum(total), step + 1, SEGMENTS)


def saliency(forward_pass: ForwardPass, target: Target) -> Iterator[AttributionStep]:
    """Saliency (Simonyan et al., 2014) with SmoothGrad (Smilkov et al., 2017).

    The map is the magnitude of the gradient, averaged over noisy copies of the photo. The noise is
    the same at every call.
    """
    from captum.attr import Saliency

    method = Saliency(_scored_network(forward_pass, target))
    generator = torch.Generator().manual_seed(0)
    spread = NOISE * float(forward_pass.x.max() - forward_pass.x.min())
    total = torch.zeros_like(forward_pass.x)
    for step in range(SMOOTHING_BATCHES):
        noise = torch.randn(BATCH, *forward_pass.x.shape[1:], generator=generator).to(
            forward_pass.x.device
        )
        total += method.attribute(_leaf_copy(forward_pass.x + spread * noise)).sum(0, keepdim=True)
        mean = total / (BATCH * (step + 1))
        yield AttributionStep(mean[0].amax(0).float().cpu(), step + 1, SMOOTHING_BATCHES)


def occlusion(forward_pass: ForwardPass, target: Target) -> Iterator[AttributionStep]:
    """Occlusion (Zeiler and Fergus, 2014): how far the score drops when a square is covered.

    Squares of the mean colour slide over the photo by a quarter of their side. One step covers the
    squares of one grid, one by one; the grids of all steps together contain all positions.
    """
    from captum.attr import FeatureAblation

    method = FeatureAblation(_scored_network(forward_pass, target))
    size = forward_pass.x.shape[-1]
    stride = max(1, round(size / CELLS))
    total = torch.zeros_like(forward_pass.x)
    offsets = [(row, column) for row in range(WINDOW_CELLS) for column in range(WINDOW_CELLS)]
    for step, (row, column) in enumerate(offsets):
        mask = _square_numbers(size, stride * WINDOW_CELLS, row * stride, column * stride).to(
            forward_pass.x.device
        )
        total += method.attribute(
            forward_pass.x, feature_mask=mask[None, None], perturbations_per_eval=BATCH
        )
        # Each colour channel holds the drop of the whole square, so one channel is enough.
        mean = (total / (step + 1))[0, 0].float().cpu()
        yield AttributionStep(mean, step + 1, len(offsets))


def guided_backprop(forward_pass: ForwardPass, target: Target) -> Iterator[AttributionStep]:
    """Guided Backprop (Springenberg et al., 2015): only positive gradients pass through a ReLU.

    Captum hooks every ReLU, so this works on a private copy of the network's modules.
    """
    from captum.attr import GuidedBackprop

    scored = Scored(forward_pass.network, forward_pass.network.private_module(), target)
    yield AttributionStep(
        _colour_sum(GuidedBackprop(scored).attribute(_leaf_copy(forward_pass.x))), 1, 1
    )


def guided_grad_cam(
    forward_pass: ForwardPass, target: Target, block: str
) -> Iterator[AttributionStep]:
    """Guided Grad-CAM (Selvaraju et al., 2017): Guided Backprop where Grad-CAM is positive."""
    from captum.attr import GuidedGradCam

    module = forward_pass.network.private_module()
    layer = module.maxpool if block == STEM else module.get_submodule(block)
    method = GuidedGradCam(Scored(forward_pass.network, module, target), layer)
    heatmap = method.attribute(_leaf_copy(forward_pass.x), interpolate_mode="bilinear")
    yield AttributionStep(_colour_sum(heatmap), 1, 1)


def _scored_network(forward_pass: ForwardPass, target: Target) -> Scored:
    return Scored(forward_pass.network, forward_pass.network.module, target)


def _leaf_copy(x: Tensor) -> Tensor:
    """Copy a tensor, because Captum switches gradients on and off on its inputs."""
    return x.detach().clone().requires_grad_()


def _colour_sum(attribution: Tensor) -> Tensor:
    return attribution.detach()[0].sum(0).float().cpu()


def _square_numbers(size: int, side: int, top: int, left: int) -> Tensor:
    """Number the squares of a grid over size x size pixels, shifted by (top, left) pixels."""
    rows = (torch.arange(size) + side - top) // side
    columns = (torch.arange(size) + side - left) // side
    numbers: Tensor = torch.unique(rows[:, None] * (size + 1) + columns, return_inverse=True)[1]
    return numbers
