"""Attribution methods that explain a score at one block, through Captum.

Captum imports matplotlib. It is imported by the first call that needs it, so that the app can show
its first answer, which needs only the ladder, without waiting for either.
"""

from __future__ import annotations

from torch import Tensor

from explorer.explain.forward_pass import ForwardPass
from explorer.explain.target_score import Target
from explorer.networks.vit_tokens import as_grid


def grad_cam(forward_pass: ForwardPass, block: str, target: Target, signed: bool = False) -> Tensor:
    """Explain a score at one block with Captum's Grad-CAM (Selvaraju et al., 2017).

    Captum sees only the part of the network after the block, built for this call, and hooks the
    Identity at its front: the shared network is untouched and the first part is not run again.

    Args:
        forward_pass: the forward pass of the photo.
        block: the name of a block of the network.
        target: the score to explain.
        signed: whether to keep evidence against the class; False applies the paper's ReLU.

    Returns:
        The map on the block's own grid; float32 on the CPU, shape (h, w).
    """
    from captum.attr import LayerGradCam

    suffix = _Suffix(forward_pass, block, target)
    heatmap: Tensor = LayerGradCam(suffix, suffix.head).attribute(
        suffix.activation, relu_attributions=not signed
    )
    return heatmap.detach()[0, 0].float().cpu()


def hires_cam(
    forward_pass: ForwardPass, block: str, target: Target, signed: bool = False
) -> Tensor:
    """Explain a score at one block with HiRes-CAM (Draelos and Carin, 2020), through Captum.

    The map is the gradient times the activation, summed over the channels. Arguments and result
    are those of `grad_cam`.
    """
    from captum.attr import LayerGradientXActivation

    suffix = _Suffix(forward_pass, block, target)
    products = LayerGradientXActivation(suffix, suffix.head).attribute(suffix.activation)
    heatmap: Tensor = products.detach()[0].sum(0).float().cpu()
    return heatmap if signed else heatmap.relu()


def grad_cam_ladder(
    forward_pass: ForwardPass, target: Target, signed: bool = False
) -> dict[str, Tensor]:
    """Explain a score at every block with Grad-CAM, from one backward pass.

    Returns:
        Block name -> the same map as from `grad_cam`; float32 on the CPU, shape (h, w).
    """
    heatmaps, forward_pass = {}, forward_pass.with_outputs()
    for block, gradient in forward_pass.gradients(target).items():
        weights = as_grid(gradient).mean((2, 3), keepdim=True)
        heatmap = (weights * as_grid(forward_pass.outputs[block].detach())).sum(1)[0]
        heatmaps[block] = (heatmap if signed else heatmap.relu()).float().cpu()
    return heatmaps


class _Suffix:
    """The part of a network after a block, returning a score; built for one call.

    Attributes:
        head: the Identity at the front, the only module that Captum hooks.
        activation: a copy of the block's output as a grid, shape (1, C, h, w).
    """

    def __init__(self, forward_pass: ForwardPass, block: str, target: Target) -> None:
        self._network, self._target = forward_pass.network, target
        grid, self._modules = forward_pass.network.opened_at(
            block, forward_pass.outputs[block].detach()
        )
        self.head = self._modules[0]
        self.activation = grid.clone().requires_grad_()

    def __call__(self, activation: Tensor) -> Tensor:
        with self._network.autocast():
            return self._target.score(self._modules(activation))
