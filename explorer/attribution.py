"""Grad-CAM, through Captum for one block and for all blocks from one backward."""

from __future__ import annotations

from captum.attr import LayerGradCam
from torch import Tensor

from explorer.forward import ForwardPass, Target


def grad_cam(kept: ForwardPass, block: str, target: Target, signed: bool = False) -> Tensor:
    """Explain a score at one block with Captum's Grad-CAM (Selvaraju et al., 2017).

    Captum sees only the suffix of the network behind the block, made for this one call, and hooks
    the Identity at its head: the shared network stays untouched and the prefix is not run again.

    Args:
        kept: the pass of the photo.
        block: a block of the network.
        target: the score to explain.
        signed: keep the evidence against the class; False applies the paper's ReLU.

    Returns:
        The map on the block's own grid, float32 on the CPU, shape (h, w).
    """
    network = kept.network
    suffix = network.suffix(block)
    activation = kept.outputs[block].detach().clone().requires_grad_()

    def score(x: Tensor) -> Tensor:
        with network.autocast():
            return target.score(suffix(x))

    heatmap = LayerGradCam(score, suffix[0]).attribute(activation, relu_attributions=not signed)
    return heatmap.detach()[0, 0].float().cpu()


def grad_cam_ladder(kept: ForwardPass, target: Target, signed: bool = False) -> dict[str, Tensor]:
    """Explain a score at every block with Grad-CAM, from one backward.

    Returns:
        Block name -> the same map as `grad_cam` gives, float32 on the CPU, shape (h, w).
    """
    heatmaps = {}
    for block, gradient in kept.gradients(target).items():
        weights = gradient.mean((2, 3), keepdim=True)
        heatmap = (weights * kept.outputs[block].detach()).sum(1)[0]
        heatmaps[block] = (heatmap if signed else heatmap.relu()).float().cpu()
    return heatmaps
