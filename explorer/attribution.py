"""The catalogue of attribution methods, and those that explain at a block, through Captum.

Captum brings matplotlib along. It is imported by the first call that needs it, so that the app can
show its first answer, which is made of the ladder, without waiting for either.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from explorer.errors import RequestError
from explorer.forward import ForwardPass, Target
from explorer.tokens import as_grid


@dataclass(frozen=True)
class Method:
    """An attribution method, for pickers and captions.

    Attributes:
        name: on the command line and in links.
        title: as papers write it.
        paper: authors and year.
        of_block: whether it explains at a block, on its grid; otherwise it explains pixels.
        at_once: whether it costs so little that a page need not ask first.
        signed: whether evidence against the class is negative; otherwise there are magnitudes only.
        reading: one sentence on how to read the map.
    """

    name: str
    title: str
    paper: str
    of_block: bool
    at_once: bool
    signed: bool
    reading: str


METHODS = {
    method.name: method
    for method in (
        Method(
            "grad-cam",
            "Grad-CAM",
            "Selvaraju et al., 2017",
            of_block=True,
            at_once=True,
            signed=True,
            reading="Bright cells hold the features that raise the score of the class.",
        ),
        Method(
            "hires-cam",
            "HiRes-CAM",
            "Draelos and Carin, 2020",
            of_block=True,
            at_once=True,
            signed=True,
            reading="Like Grad-CAM, with each cell weighted by its own gradient, not the average.",
        ),
        Method(
            "guided-grad-cam",
            "Guided Grad-CAM",
            "Selvaraju et al., 2017",
            of_block=False,
            at_once=False,
            signed=True,
            reading="Fine detail from Guided Backprop, kept where Grad-CAM is positive.",
        ),
        Method(
            "guided-backprop",
            "Guided Backprop",
            "Springenberg et al., 2015",
            of_block=False,
            at_once=False,
            signed=True,
            reading="Sharp edges that excite the network; they change little with the class.",
        ),
        Method(
            "integrated-gradients",
            "Integrated Gradients",
            "Sundararajan et al., 2017",
            of_block=False,
            at_once=False,
            signed=True,
            reading="Shares the score out among the pixels, between a flat picture and the photo.",
        ),
        Method(
            "saliency",
            "Saliency with SmoothGrad",
            "Simonyan et al., 2014; Smilkov et al., 2017",
            of_block=False,
            at_once=False,
            signed=False,
            reading="Bright pixels would change the score most; up or down is not told apart.",
        ),
        Method(
            "occlusion",
            "Occlusion",
            "Zeiler and Fergus, 2014",
            of_block=False,
            at_once=False,
            signed=True,
            reading="Bright where covering the photo with a grey square lowers the score.",
        ),
    )
}


def find_method(name: str) -> Method:
    """Look a method up by its name.

    Raises:
        RequestError: if there is no such method.
    """
    if name not in METHODS:
        raise RequestError(f"There is no method {name!r}. Choose one of {', '.join(METHODS)}.")
    return METHODS[name]


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
    from captum.attr import LayerGradCam

    suffix = _Suffix(kept, block, target)
    heatmap: Tensor = LayerGradCam(suffix, suffix.head).attribute(
        suffix.activation, relu_attributions=not signed
    )
    return heatmap.detach()[0, 0].float().cpu()


def hires_cam(kept: ForwardPass, block: str, target: Target, signed: bool = False) -> Tensor:
    """Explain a score at one block with HiRes-CAM (Draelos and Carin, 2020), through Captum.

    The gradient times the activation, summed over the channels; arguments and result as for
    `grad_cam`.
    """
    from captum.attr import LayerGradientXActivation

    suffix = _Suffix(kept, block, target)
    products = LayerGradientXActivation(suffix, suffix.head).attribute(suffix.activation)
    heatmap: Tensor = products.detach()[0].sum(0).float().cpu()
    return heatmap if signed else heatmap.relu()


def grad_cam_ladder(kept: ForwardPass, target: Target, signed: bool = False) -> dict[str, Tensor]:
    """Explain a score at every block with Grad-CAM, from one backward.

    Returns:
        Block name -> the same map as `grad_cam` gives, float32 on the CPU, shape (h, w).
    """
    heatmaps, kept = {}, kept.with_outputs()
    for block, gradient in kept.gradients(target).items():
        weights = as_grid(gradient).mean((2, 3), keepdim=True)
        heatmap = (weights * as_grid(kept.outputs[block].detach())).sum(1)[0]
        heatmaps[block] = (heatmap if signed else heatmap.relu()).float().cpu()
    return heatmaps


class _Suffix:
    """The part of a network behind a block, answering with a score; made for one call.

    Attributes:
        head: the Identity at its front, the only module that Captum hooks.
        activation: the block's output as a grid, a copy that belongs to this call.
    """

    def __init__(self, kept: ForwardPass, block: str, target: Target) -> None:
        self._network, self._target = kept.network, target
        grid, self._modules = kept.network.opened_at(block, kept.outputs[block].detach())
        self.head = self._modules[0]
        self.activation = grid.clone().requires_grad_()

    def __call__(self, activation: Tensor) -> Tensor:
        with self._network.autocast():
            return self._target.score(self._modules(activation))
