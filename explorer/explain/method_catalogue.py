"""The catalogue of attribution methods: what each is called, how it is computed and what it costs.

A new method is one entry here, and one function in `explorer.explain.block_attribution` or
`explorer.explain.pixel_attribution`. The app, the command, the exports and Python read this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import Tensor

from explorer.errors import RequestError
from explorer.explain import pixel_attribution as pixels
from explorer.explain.block_attribution import grad_cam, hires_cam
from explorer.explain.forward_pass import ForwardPass
from explorer.explain.pixel_attribution import AttributionStep
from explorer.explain.target_score import Target

Explain = Callable[[ForwardPass, Target, str], Iterator[AttributionStep]]


@dataclass(frozen=True)
class Method:
    """An attribution method.

    Attributes:
        name: the name on the command line and in links.
        title: the name as papers write it.
        paper: authors and year.
        reading: one sentence on how to read the map.
        explain: yields signed maps of a score, one per step: of a forward pass, for a target, with
            the block that the method uses, if it uses one.
        passes: cost, as a multiple of one forward and backward pass of one photo.
        of_block: whether the map lies on the grid of a block; otherwise on the input's pixels.
        uses_block: whether the map depends on a block.
        at_once: whether it is so cheap that a page need not ask before it is computed.
        useful_early: whether the map of the first steps alone is an estimate of the final one.
        signed: whether evidence against the class is negative; otherwise all values are magnitudes.
    """

    name: str
    title: str
    paper: str
    reading: str
    explain: Explain
    passes: float
    of_block: bool = False
    uses_block: bool = False
    at_once: bool = False
    useful_early: bool = False
    signed: bool = True

    @property
    def quantity(self) -> str:
        """What positive values of the map are, in a word."""
        return "evidence" if self.signed else "sensitivity"


def _at_block(compute: Callable[[ForwardPass, str, Target, bool], Tensor]) -> Explain:
    """Return a block method as a generator of its one step."""

    def explain(forward_pass: ForwardPass, target: Target, block: str) -> Iterator[AttributionStep]:
        yield AttributionStep(compute(forward_pass, block, target, True), 1, 1)

    return explain


def _at_pixels(
    compute: Callable[[ForwardPass, Target], Iterator[AttributionStep]],
) -> Explain:
    """Return a pixel method that uses no block as one that is given a block."""
    return lambda forward_pass, target, block: compute(forward_pass, target)


METHODS = {
    method.name: method
    for method in (
        Method(
            "grad-cam",
            "Grad-CAM",
            "Selvaraju et al., 2017",
            "Bright cells hold the features that raise the score of the class.",
            _at_block(grad_cam),
            passes=1,
            of_block=True,
            uses_block=True,
            at_once=True,
        ),
        Method(
            "hires-cam",
            "HiRes-CAM",
            "Draelos and Carin, 2020",
            "Like Grad-CAM, with each cell weighted by its own gradient, not the average.",
            _at_block(hires_cam),
            passes=1,
            of_block=True,
            uses_block=True,
            at_once=True,
        ),
        Method(
            "guided-grad-cam",
            "Guided Grad-CAM",
            "Selvaraju et al., 2017",
            "Fine detail from Guided Backprop, kept where Grad-CAM is positive.",
            pixels.guided_grad_cam,
            passes=3,
            uses_block=True,
        ),
        Method(
            "guided-backprop",
            "Guided Backprop",
            "Springenberg et al., 2015",
            "Sharp edges that excite the network; they change little with the class.",
            _at_pixels(pixels.guided_backprop),
            passes=2,  # one of them for the private copy
        ),
        Method(
            "integrated-gradients",
            "Integrated Gradients",
            "Sundararajan et al., 2017",
            "Shares the score out among the pixels, between a flat picture and the photo.",
            _at_pixels(pixels.integrated_gradients),
            passes=pixels.SEGMENTS * pixels.STEPS_PER_SEGMENT,
        ),
        Method(
            "saliency",
            "Saliency with SmoothGrad",
            "Simonyan et al., 2014; Smilkov et al., 2017",
            "Bright pixels would change the score most; up or down is not told apart.",
            _at_pixels(pixels.saliency),
            passes=pixels.SMOOTHING_BATCHES * pixels.BATCH,
            useful_early=True,
            signed=False,
        ),
        Method(
            "occlusion",
            "Occlusion",
            "Zeiler and Fergus, 2014",
            "Bright where covering the photo with a grey square lowers the score.",
            _at_pixels(pixels.occlusion),
            passes=pixels.OCCLUSION_FORWARDS / 3,  # a backward takes twice as long as a forward
            useful_early=True,
        ),
    )
}


def find_method(name: str) -> Method:
    """Look up a method by name.

    Raises:
        RequestError: if there is no such method.
    """
    if name not in METHODS:
        raise RequestError(f"There is no method {name!r}. Choose one of {', '.join(METHODS)}.")
    return METHODS[name]
