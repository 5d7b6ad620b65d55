"""Networks side by side on one photo: what each answers, where it looks, what it costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from explorer.agreement import Agreement, compare_maps
from explorer.batches import PhotoResult, explain_many
from explorer.devices import synchronize
from explorer.errors import RequestError
from explorer.geometry import Framing, to_tensor
from explorer.network import STEM, Network

STAGES = (STEM, "layer1", "layer2", "layer3", "layer4")
PASSES = 5  # timed one by one, after one that is not


@dataclass(frozen=True, eq=False)
class Answer:
    """What one network makes of a photo, beside the reference.

    Attributes:
        network: that answers.
        block: where its map was taken.
        result: its predictions, and the map of the class that all networks explain.
        agreement: with the reference; None for the reference itself.
    """

    network: Network
    block: str
    result: PhotoResult
    agreement: Agreement | None


def duel(
    networks: Sequence[Network],
    image: Image.Image,
    stage: str = STAGES[-1],
    target: str | None = None,
    signed: bool = False,
    framing: Framing = Framing.CROP,
) -> Iterator[Answer]:
    """Ask networks the same question about one photo.

    Args:
        networks: the first is the reference; all know the same classes.
        image: an RGB photo.
        stage: where the maps are taken: at the last block of it.
        target: the class to explain, by label; None for the best one of the reference.
        signed: keep the evidence against the class; False applies the ReLU.
        framing: the centre crop, or the whole photo, padded.

    Yields:
        An answer for each network, in their order.

    Raises:
        RequestError: if there is no such stage, or a network does not know the class.
    """
    reference: PhotoResult | None = None
    for network in networks:
        block = block_at(network, stage)
        ((result,),) = explain_many(network, [lambda: image], block, target, signed, framing)
        if reference is None:
            reference, target = result, result.target.label
            yield Answer(network, block, result, None)
        else:
            yield Answer(network, block, result, _agreement(reference, result))


def block_at(network: Network, stage: str) -> str:
    """Find the block at the end of a stage.

    Raises:
        RequestError: if there is no such stage.
    """
    if stage not in STAGES:
        raise RequestError(f"There is no stage {stage!r}. Choose one of {', '.join(STAGES)}.")
    blocks = [block for block in network.blocks if block.partition(".")[0] == stage]
    return blocks[-1]


def milliseconds(network: Network, image: Image.Image, framing: Framing = Framing.CROP) -> float:
    """Measure one forward pass of one photo, without its preparation: the median of a few."""
    x = to_tensor(image, network.weights.preprocessing, framing).to(network.device)
    with torch.no_grad(), network.autocast():
        times = [_timed(network, x) for _ in range(PASSES + 1)]
    return 1000 * statistics.median(times[1:])


def _timed(network: Network, x: torch.Tensor) -> float:
    started = time.perf_counter()
    network.module(x)
    synchronize(network.device)
    return time.perf_counter() - started


def _agreement(reference: PhotoResult, result: PhotoResult) -> Agreement:
    same = reference.predictions[0].label == result.predictions[0].label
    maps = compare_maps(reference.heatmap, reference.frame, result.heatmap, result.frame)
    return Agreement(same, *maps)


@dataclass(frozen=True)
class Standing:
    """How far one network agrees with the reference over several photos.

    Attributes:
        network: that is judged.
        photos: how many.
        same_class: on how many of them both hold the same class for the most probable one.
        rank_correlation: of the maps, the mean over the photos that have one; None if none has.
        overlap: of the maps, likewise.
    """

    network: Network
    photos: int
    same_class: int
    rank_correlation: float | None
    overlap: float | None


def standings(rounds: Sequence[Sequence[Answer]]) -> list[Standing]:
    """Sum up duels of the same networks on several photos; the reference has no standing."""
    return [_standing(answers) for answers in list(zip(*rounds, strict=True))[1:]]


def most_disputed(rounds: Sequence[Sequence[Answer]]) -> int | None:
    """Find the photo on which the networks disagree most.

    That is the one with the most answers other than the reference's; of equals, the one whose maps
    overlap least.

    Returns:
        Its place in `rounds`; None if all agree in their answer and in where they look.
    """
    disputes = [_dispute(answers) for answers in rounds]
    worst = max(disputes, default=(0, 0.0))
    return disputes.index(worst) if worst > (0, 0.0) else None


def _dispute(answers: Sequence[Answer]) -> tuple[int, float]:
    agreements = [answer.agreement for answer in answers if answer.agreement is not None]
    if not agreements:
        return 0, 0.0
    others = sum(not agreement.same_class for agreement in agreements)
    return others, 1 - (_mean([agreement.overlap for agreement in agreements]) or 0.0)


def _standing(answers: Sequence[Answer]) -> Standing:
    agreements = [answer.agreement for answer in answers if answer.agreement is not None]
    return Standing(
        answers[0].network,
        len(answers),
        sum(agreement.same_class for agreement in agreements),
        _mean([agreement.rank_correlation for agreement in agreements]),
        _mean([agreement.overlap for agreement in agreements]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
