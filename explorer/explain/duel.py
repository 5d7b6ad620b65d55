"""Networks side by side on one photo: predictions, heatmaps and the time of a forward pass."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from explorer.errors import RequestError
from explorer.explain.agreement import Agreement, compare_maps
from explorer.explain.batches import PhotoResult, explain_many
from explorer.networks.block_names import STEM
from explorer.networks.devices import synchronize, unless_out_of_memory
from explorer.networks.network import Network
from explorer.photos.geometry import Framing, to_tensor

STAGES = (STEM, "layer1", "layer2", "layer3", "layer4")
PASSES = 7  # forward passes that are timed
WARM_UP = 6  # forward passes at most before them
SETTLED = 0.9  # of the fastest pass so far; a pass that takes longer ends the warm-up


def ask(
    network: Network,
    image: Image.Image,
    stage: str = STAGES[-1],
    target: str | None = None,
    signed: bool = False,
    framing: Framing = Framing.CROP,
) -> PhotoResult:
    """Explain a photo with one network of a duel.

    Args:
        network: the network; shared and only read.
        image: an RGB photo.
        stage: the stem or the stage whose last block is explained.
        target: the label of the class to explain; None for the predicted class.
        signed: whether to keep evidence against the class; False applies the ReLU.
        framing: the centre crop, or the whole photo, padded.

    Raises:
        RequestError: if there is no such stage, or the network has no such class.
    """
    block = block_at(network, stage)
    ((result,),) = explain_many(network, [lambda: image], block, target, signed, framing)
    return result


def block_at(network: Network, stage: str) -> str:
    """Find the last block of a stage.

    Raises:
        RequestError: if there is no such stage.
    """
    if stage not in STAGES:
        raise RequestError(f"There is no stage {stage!r}. Choose one of {', '.join(STAGES)}.")
    return [block for block in network.blocks if block.partition(".")[0] == stage][-1]


@dataclass(frozen=True)
class PassTime:
    """The time of a forward pass of one photo, over several passes.

    Attributes:
        median: median of the passes in ms.
        q1: their first quartile in ms.
        q3: their third quartile in ms.
    """

    median: float
    q1: float
    q3: float


def pass_time(network: Network, image: Image.Image, framing: Framing = Framing.CROP) -> PassTime:
    """Measure a forward pass of one photo without preprocessing, after a warm-up.

    If the GPU runs out of memory, the pass is measured on the CPU, where the prediction would be
    computed, too.

    Returns:
        Median and quartiles of `PASSES` passes.
    """
    x = to_tensor(image, network.weights.preprocessing, framing)
    times = unless_out_of_memory(lambda: _times(network, x)) or _times(network.on_cpu(), x)
    q1, median, q3 = statistics.quantiles([1000 * seconds for seconds in times], method="inclusive")
    return PassTime(median, q1, q3)


def _times(network: Network, x: torch.Tensor) -> list[float]:
    x = x.to(network.device)
    with torch.no_grad(), network.autocast():
        _warm_up(network, x)
        return [_seconds(network, x) for _ in range(PASSES)]


def _warm_up(network: Network, x: torch.Tensor) -> None:
    """Run the network until its passes get no faster; the first ones allocate memory."""
    fastest = math.inf
    for _ in range(WARM_UP):
        seconds = _seconds(network, x)
        if seconds > SETTLED * fastest:
            return
        fastest = seconds


def _seconds(network: Network, x: torch.Tensor) -> float:
    started = time.perf_counter()
    network.module(x)
    synchronize(network.device)
    return time.perf_counter() - started


def agreement(reference: PhotoResult, other: PhotoResult) -> Agreement:
    """Measure how far two networks agree on the same photo and class."""
    same_class = reference.predictions[0].label == other.predictions[0].label
    map_agreement = compare_maps(reference.heatmap, reference.frame, other.heatmap, other.frame)
    return Agreement(same_class, *map_agreement)


@dataclass(frozen=True)
class AgreementSummary:
    """How far one network agrees with the reference over several photos.

    Attributes:
        photos: number of photos.
        same_class: number of photos on which both networks predict the same class.
        rank_correlation: mean rank correlation of the maps over the photos that have one, -1..1;
            None if none has.
        overlap: mean overlap of the maps over the photos that have one, 0..1; None if none has.
    """

    photos: int
    same_class: int
    rank_correlation: float | None
    overlap: float | None


def summarise(rounds: Sequence[Sequence[Agreement]]) -> list[AgreementSummary]:
    """Summarise the agreement over several photos.

    Args:
        rounds: for each photo, the agreement of each other network with the reference.

    Returns:
        One summary for each of the other networks.
    """
    return [_summary(agreements) for agreements in zip(*rounds, strict=True)]


def most_disputed(rounds: Sequence[Sequence[Agreement]]) -> int | None:
    """Find the photo on which the networks disagree most.

    That is the one with the most predictions other than the reference's; among equals, the one
    whose maps overlap least.

    Args:
        rounds: as for `summarise`.

    Returns:
        Its index in `rounds`; None if there is no other network.
    """
    disagreements = [_disagreement(agreements) for agreements in rounds if agreements]
    return max(range(len(disagreements)), key=disagreements.__getitem__, default=None)


def _disagreement(agreements: Sequence[Agreement]) -> tuple[int, float]:
    other_classes = sum(not agreement.same_class for agreement in agreements)
    return other_classes, 1 - (_mean([agreement.overlap for agreement in agreements]) or 0.0)


def _summary(agreements: Sequence[Agreement]) -> AgreementSummary:
    return AgreementSummary(
        len(agreements),
        sum(agreement.same_class for agreement in agreements),
        _mean([agreement.rank_correlation for agreement in agreements]),
        _mean([agreement.overlap for agreement in agreements]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return statistics.fmean(present) if present else None
