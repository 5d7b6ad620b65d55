"""Erase a photo step by step where a map is brightest, and watch the probability of a class."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.blocks.region_occlusion import Fill, filled_input
from explorer.explain.analysis import Analysis

STEPS = 8


def erasing_order(scores: Map) -> NDArray[np.intp]:
    """Return each pixel's place in the order, brightest first; equal ones in a random order.

    Args:
        scores: a value for each pixel, shape (h, w).

    Returns:
        Shape (h, w), 0 for the pixel that is erased first.
    """
    chance = np.random.default_rng(0).random(scores.size)
    order = np.lexsort((chance, -scores.ravel()))
    places = np.empty(scores.size, np.intp)
    places[order] = np.arange(scores.size)
    return places.reshape(scores.shape)


def erasing_curve(analysis: Analysis, scores: Map, index: int, fill: Fill) -> Map:
    """Return the probability of a class while a photo is erased in equal steps.

    Args:
        analysis: analysis of the whole photo; only read.
        scores: a value for each pixel of the input, shape (S, S).
        index: index of the class.
        fill: what erased pixels are filled with.

    Returns:
        float32, shape (STEPS + 1,); first the whole photo, last the erased one.
    """
    network, x = analysis.network, analysis.forward_pass.x
    filled = filled_input(x, fill, network.weights.preprocessing)
    places = torch.from_numpy(erasing_order(scores))
    ends = torch.arange(STEPS + 1) * scores.size / STEPS
    erased = (places[None] < ends[:, None, None])[:, None].to(x.device)
    y = torch.where(erased, filled, x)
    with torch.no_grad(), network.autocast():
        for link in network.chain.values():
            y = link(y)
    curve: Map = network.weights.probabilities(y.float())[:, index].cpu().numpy()
    return curve


def erasing_area(analysis: Analysis, scores: Map, index: int, fill: Fill) -> float:
    """Return the mean height of `erasing_curve`, by the trapezoid rule, 0..1."""
    return float(np.trapezoid(erasing_curve(analysis, scores, index, fill), dx=1 / STEPS))
