"""What fine-tuning did: how far each block moved, what was forgotten, where the network looks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

from explorer.array_types import Map
from explorer.explain.analysis import analyze
from explorer.networks.block_names import HEAD
from explorer.networks.class_outputs import class_scores
from explorer.networks.network import Network, run_chain
from explorer.photos.category_names import classes_named
from explorer.photos.geometry import to_tensor
from explorer.photos.samples import SAMPLES


@dataclass(frozen=True)
class LinkChange:
    """How far a link of the chain moved.

    Attributes:
        name: name of the block, or "head".
        weights: length of the change of all its weights, as a share of their own length before.
        statistics: the same for the running statistics of its batch norm; 0 if it has none.
    """

    name: str
    weights: float
    statistics: float


def changes(before: Network, after: Network) -> tuple[LinkChange, ...]:
    """Measure how far each link moved from a network to another of the same shape.

    Args:
        before: network with the probe's head, from which the training started.
        after: network that came out.
    """
    return tuple(
        LinkChange(
            name,
            _relative(_weights(link), _weights(after.chain[name])),
            _relative(_statistics(link), _statistics(after.chain[name])),
        )
        for name, link in before.chain.items()
    )


def _weights(link: nn.Module) -> list[Tensor]:
    return [parameter.detach() for parameter in link.parameters()]


def _statistics(link: nn.Module) -> list[Tensor]:
    return [buffer for buffer in link.buffers() if buffer.is_floating_point()]


def _relative(before: list[Tensor], after: list[Tensor]) -> float:
    length = sum(float(tensor.double().square().sum()) for tensor in before) ** 0.5
    pairs = zip(before, after, strict=True)
    moved = sum(float((b.double() - a.double()).square().sum()) for b, a in pairs) ** 0.5
    return moved / length if length else 0.0


@dataclass(frozen=True)
class OldPhoto:
    """A photo of a class that the network knew before.

    Attributes:
        sample: name of the sample.
        label: label of its class.
        before: what the network took it for.
        after: what the old head takes it for on the new features.
    """

    sample: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Forgetting:
    """What a network still knows of its old classes, if it gets its old head back.

    Attributes:
        photos: sample photos of the old classes.
    """

    photos: tuple[OldPhoto, ...]

    @property
    def right_before(self) -> int:
        """The number of photos that the network recognised before."""
        return sum(photo.before == photo.label for photo in self.photos)

    @property
    def right_after(self) -> int:
        """The number of photos that it recognises with its new features."""
        return sum(photo.after == photo.label for photo in self.photos)


def forgetting(base: Network, tuned: Network) -> Forgetting | None:
    """Ask the old head about old classes, on the features before and after.

    Args:
        base: network before it was taught, with its own head; both are only read.
        tuned: network that was trained from it.

    Returns:
        The answers; None if the app has no photos of the classes that the network knew.
    """
    known = {
        name: classes[0]
        for name, sample in SAMPLES.items()
        if sample.category and (classes := classes_named(sample.category, base.labels))
    }
    if len(known) < len(base.labels) / 10:  # ImageNet shares a few names with the samples
        return None
    photos = [SAMPLES[name].open() for name in known]
    x = torch.cat([to_tensor(photo, base.weights.preprocessing) for photo in photos])
    old, new = (_old_answers(base, network, x) for network in (base, tuned))
    return Forgetting(
        tuple(
            OldPhoto(name, base.labels[own], base.labels[before], base.labels[after])
            for (name, own), before, after in zip(known.items(), old, new, strict=True)
        )
    )


@torch.no_grad()
def _old_answers(base: Network, network: Network, x: Tensor) -> list[int]:
    with network.autocast():
        features = run_chain(network, x.to(network.device))[network.blocks[-1]]
        logits = base.chain[HEAD](features)
    answers: list[int] = class_scores(logits.float()).argmax(1).tolist()
    return answers


@dataclass(frozen=True, eq=False)
class MapsOfBoth:
    """The maps of one photo for one class, before and after training.

    Attributes:
        label: label of the class.
        before: Grad-CAM map of the network with the probe's head, on the grid of the last block.
        after: the same of the network that came out.
        probability_before: probability of the class before, 0..1.
        probability_after: probability of the class after, 0..1.
    """

    label: str
    before: Map
    after: Map
    probability_before: float
    probability_after: float


def maps_of_both(
    before: Network, after: Network, photo: Image.Image, target: str | int
) -> MapsOfBoth:
    """Explain the same class on the same photo, before and after.

    Args:
        before: network with the probe's head.
        after: network that came out of the training, with the same classes.
        photo: RGB photo.
        target: the class, by label or index.

    Raises:
        RequestError: if there is no such class.
    """
    analyses = [analyze(network, photo) for network in (before, after)]
    maps = [analysis.heatmap(target=target) for analysis in analyses]
    asked = [analysis.prediction(target) for analysis in analyses]
    return MapsOfBoth(asked[0].label, maps[0], maps[1], asked[0].probability, asked[1].probability)
