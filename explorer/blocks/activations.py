"""The channels of a block on one photo: statistics, rankings and similar channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.explain.shared_scale import SharedScale

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.explain.forward_pass import ForwardPass
    from explorer.explain.target_score import Target

FLAT = 1e-5  # share of a map's strongest value; a map that varies less has no pattern to compare


class Ranking(StrEnum):
    """By what the channels of a block are sorted; the value is the name in links."""

    CONTRIBUTION = "contribution"
    MEAN = "mean"
    PEAK = "peak"
    ACTIVE = "active"


@dataclass(frozen=True)
class Likeness:
    """How similar one channel's map is to another's.

    Attributes:
        channel: the index of the other channel.
        correlation: the correlation of the two maps over their cells, -1..1.
    """

    channel: int
    correlation: float


@dataclass(frozen=True, eq=False)
class Channels:
    """The activations of the channels of one block on one photo.

    Attributes:
        maps: the block's output after its last ReLU; float32, shape (C, h, w), read-only because it
            may share memory with the forward pass.
        mean: the mean activation of each channel, shape (C,).
        peak: the strongest activation of each channel, shape (C,).
        active: the share of each channel's cells that are above zero, 0..1, shape (C,).
    """

    maps: Map
    mean: Map
    peak: Map
    active: Map

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Which channels have no active cell on this photo, shape (C,)."""
        dead: NDArray[np.bool_] = self.active == 0
        return dead

    def limits(self, reach: SharedScale, strongest: float) -> Map:
        """Return the value of the strongest colour for each channel, shape (C,).

        Args:
            reach: which channels share a colour scale.
            strongest: the strongest activation of the whole network.
        """
        if reach is SharedScale.OWN:
            return self.peak
        high = strongest if reach is SharedScale.NETWORK else self.peak.max()
        return np.full_like(self.peak, high)

    def likest(self, channel: int, most: int) -> tuple[Likeness, ...]:
        """Find the channels whose maps are most similar to a channel's, the most similar first.

        Args:
            channel: the index of the channel to compare with.
            most: how many channels to return at most; flat ones have no pattern and are left out.
        """
        cells = self.maps.reshape(len(self.maps), -1)
        patterns = cells - cells.mean(1, keepdims=True)
        lengths = np.linalg.norm(patterns, axis=1)
        flat = lengths <= FLAT * np.abs(cells).max(1) * cells.shape[1] ** 0.5
        if flat[channel]:
            return ()
        products = patterns @ patterns[channel] / np.where(flat, np.inf, lengths)
        correlations = np.clip(products / lengths[channel], -1, 1)
        correlations[flat] = correlations[channel] = -np.inf
        best = np.argsort(-correlations, kind="stable")[:most]
        return tuple(
            Likeness(int(other), float(correlations[other]))
            for other in best
            if np.isfinite(correlations[other])
        )


@dataclass(frozen=True, eq=False)
class Overview:
    """The activations of a whole network on one photo.

    Attributes:
        means: block name -> the mean over its channels, float32, shape (h, w), in the order of the
            chain.
        peaks: block name -> the strongest activation of any of its channels.
    """

    means: Mapping[str, Map]
    peaks: Mapping[str, float]


def channels(forward_pass: ForwardPass, block: str) -> Channels:
    """Compute the activations of a block's channels."""
    maps = _on_cpu(forward_pass.outputs[block])
    maps.flags.writeable = False
    return Channels(
        maps,
        mean=maps.mean((1, 2)),
        peak=maps.max((1, 2)),
        active=(maps > 0).mean((1, 2), dtype=np.float32),
    )


def overview(forward_pass: ForwardPass) -> Overview:
    """Summarise the activations of all blocks."""
    outputs = forward_pass.with_outputs().outputs
    blocks = forward_pass.network.blocks
    return Overview(
        means={block: _on_cpu(outputs[block].detach().float().mean(1)) for block in blocks},
        peaks={block: float(outputs[block].detach().max()) for block in blocks},
    )


def contributions(forward_pass: ForwardPass, target: Target) -> dict[str, Map]:
    """Compute what each channel contributes to a score, for all blocks from one backward pass.

    The contribution is the gradient times the activation, summed over the cells: what the score
    would lose, to first order, if the channel were zero. At the last block this is exact.

    Returns:
        Block name -> contributions, float32, shape (C,), in the order of the chain.
    """
    forward_pass = forward_pass.with_outputs()
    return {
        block: _on_cpu(
            (gradient.float() * forward_pass.outputs[block].detach().float()).sum((2, 3))
        )
        for block, gradient in forward_pass.gradients(target).items()
    }


def ranked(values: Map, dead: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return channel indices by value, highest first, dead ones last; all of shape (C,)."""
    return np.lexsort((-values, dead))


def _on_cpu(batch: Tensor) -> Map:
    """Return the only entry of a batch as float32 on the CPU."""
    array: Map = batch.detach()[0].float().cpu().numpy()
    return array
