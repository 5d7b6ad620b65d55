"""The catalogue of attribution methods."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.errors import RequestError


@dataclass(frozen=True)
class Method:
    """An attribution method, as pickers and captions need it.

    Attributes:
        name: the name on the command line and in links.
        title: the name as papers write it.
        paper: the paper's authors and year.
        of_block: whether it explains at a block, on the block's grid; otherwise it explains pixels.
        at_once: whether it is cheap enough for a page to compute it without being asked.
        signed: whether evidence against the class is negative; otherwise it yields only magnitudes.
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
    """Look up a method by its name.

    Raises:
        RequestError: if there is no such method.
    """
    if name not in METHODS:
        raise RequestError(f"There is no method {name!r}. Choose one of {', '.join(METHODS)}.")
    return METHODS[name]
