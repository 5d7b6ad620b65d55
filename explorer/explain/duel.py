"""Networks side by side on one photo: what each answers, where it looks, what it costs."""

from __future__ import annotations

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
PASSES = 5  # timed one by one, after one that is not


def ask(
    network: Network,
    image: Image.Image,
    stage: str = STAGES[-1],
    target: str | None = None,
    signed: bool = False,
    framing: Framing = Framing.CROP,
) -> PhotoResult:
    """Ask one network of a duel about a photo.

    Args:
        network: that is asked.
        image: an RGB photo.
        stage: where the map is taken: at the last block of it.
        target: the class to explain, by label; None for the network's own best one.
        signed: keep the evidence against the class; False applies the ReLU.
        framing: the centre crop, or the whole photo, padded.

    Raises:
        RequestError: if there is no such stage, or the network does not know the class.
    """
    block = block_at(network, stage)
    ((result,),) = explain_many(network, [lambda: image], block, target, signed, framing)
    return result


def block_at(network: Network, stage: str) -> str:
    """Find the block at the end of a stage.

    Raises:
        RequestError: if there is no such stage.
    """
    if stage not in STAGES:
        raise RequestError(f"There is no stage {stage!r}. Choose one of {', '.join(STAGES)}.")
    return [block for block in network.blocks if block.partition(".")[0] == stage][-1]


def milliseconds(network: Network, image: Image.Image, framing: Framing = Framing.CROP) -> float:
    """Measure one forward pass of one photo, without its preparation: the median of a few.

    Short of memory on the GPU, it is measured on the CPU, which then answers, too.
    """
    x = to_tensor(image, network.weights.preprocessing, framing)
    times = unless_out_of_memory(lambda: _times(network, x)) or _times(network.on_cpu(), x)
    return 1000 * statistics.median(times[1:])


def _times(network: Network, x: torch.Tensor) -> list[float]:
    x = x.to(network.device)
    with torch.no_grad(), network.autocast():
        return [_timed(network, x) for _ in range(PASSES + 1)]


def _timed(network: Network, x: torch.Tensor) -> float:
    started = time.perf_counter()
    network.module(x)
    synchronize(network.device)
    return time.perf_counter() - started


def agreement(reference: PhotoResult, other: PhotoResult) -> Agreement:
    """Judge how far two networks agree on the same photo and class."""
    same = reference.predictions[0].label == other.predictions[0].label
    maps = compare_maps(reference.heatmap, reference.frame, other.heatmap, other.frame)
    return Agreement(same, *maps)


@dataclass(frozen=True)
class AgreementSummary:
    """How far one network agrees with the reference over several photos.

    Attributes:
        photos: how many.
        same_class: on how many of them both hold the same class for the most probable one.
        rank_correlation: of the maps, the mean over the photos that have one; None if none has.
        overlap: of the maps, likewise.
    """

    photos: int
    same_class: int
    rank_correlation: float | None
    overlap: float | None


def summarise(rounds: Sequence[Sequence[Agreement]]) -> list[AgreementSummary]:
    """Sum up several photos.

    Args:
        rounds: for each photo, how far each network but the reference agrees with it.

    Returns:
        One for each of these networks.
    """
    return [_standing(agreements) for agreements in zip(*rounds, strict=True)]


def most_disputed(rounds: Sequence[Sequence[Agreement]]) -> int | None:
    """Find the photo on which the networks disagree most.

    That is the one with the most answers other than the reference's; of equals, the one whose maps
    overlap least.

    Args:
        rounds: as for `summarise`.

    Returns:
        Its place in `rounds`; None if there is nobody who could disagree.
    """
    disputes = [_dispute(agreements) for agreements in rounds if agreements]
    return max(range(len(disputes)), key=disputes.__getitem__, default=None)


def _dispute(agreements: Sequence[Agreement]) -> tuple[int, float]:
    others = sum(not agreement.same_class for agreement in agreements)
    return others, 1 - (_mean([agreement.overlap for agreement in agreements]) or 0.0)


def _standing(agreements: Sequence[Agreement]) -> AgreementSummary:
    return AgreementSummary(
        len(agreements),
        sum(agreement.same_class for agreement in agreements),
        _mean([agreement.rank_correlation for agreement in agreements]),
        _mean([agreement.overlap for agreement in agreements]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
