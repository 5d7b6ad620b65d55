"""A network that was taught classes of the reader's, as a `Network` like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
import torch
from torch import nn
from torchvision.models.resnet import ResNet

from explorer.errors import RequestError
from explorer.networks.class_outputs import Outputs
from explorer.networks.network import Network
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import WIDTHS, Weights
from explorer.transfer.checking import Check
from explorer.transfer.labelled_photos import Indices
from explorer.transfer.linear_heads import LinearHead
from explorer.transfer.splits import Plan
from explorer.transfer.taught_record import How, PhotoCounts, TaughtRecord
from explorer.weights.model_cards import ModelCard

PACKAGES = ("resnet-explorer", "torch", "torchvision", "scikit-learn")


@dataclass(frozen=True, eq=False)
class Taught:
    """A network that was taught classes, and how good it is.

    Attributes:
        network: the network, for `explorer.analyze` and everything else that takes one.
        record: how it was taught, and the numbers that its file carries.
        card: what else a reader must know of it.
        check: its answers to the photos that were held back, and what they amount to.
    """

    network: Network
    record: TaughtRecord
    card: ModelCard
    check: Check

    @property
    def held_back(self) -> Indices:
        """The indices of the photos that were checked, sorted."""
        return np.unique(np.concatenate([one.split.check for one in self.check.answers]))


def with_head(
    network: Network, head: LinearHead, labels: Sequence[str], temperature: float = 1.0
) -> Network:
    """Put a linear head in place of a network's own: new modules around the shared weights.

    Args:
        network: the network that the head's features are of; it stays as it is.
        head: weights of shape (K, C) and biases of shape (K,), for the mean of the last block.
        labels: class labels, K of them.
        temperature: divisor of the logits before the softmax.

    Raises:
        RequestError: if the network is no ResNet, or has another number of features.
    """
    module = network.private_module()
    if not isinstance(module, ResNet):
        raise RequestError(
            f"{network.variant.title} cannot be taught other classes here. Choose a ResNet."
        )
    attach_head(module, head)
    module.to(network.device)
    return taught_network(module, network, How.PROBE, labels, temperature)


def attach_head(module: ResNet, head: LinearHead) -> None:
    """Put a linear head in place of a module's own; the module is changed.

    Raises:
        RequestError: if the module has another number of features than the head.
    """
    channels = _channels(module)
    classes, features = head.weight.shape
    if features != channels:
        raise RequestError(
            f"The head is for {features:,} features, and the network has {channels:,}. Fit it to "
            "the features of this network."
        )
    linear = nn.Linear(features, classes)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(head.weight))
        linear.bias.copy_(torch.from_numpy(head.bias))
    module.avgpool, module.fc = nn.AdaptiveAvgPool2d((1, 1)), linear


def taught_network(
    module: nn.Module,
    base: Network,
    how: How,
    labels: Sequence[str],
    temperature: float = 1.0,
) -> Network:
    """Describe a module that was taught, as a network of the app.

    Args:
        module: ResNet with an output for each class, on the base's device; from now on it must not
            be changed.
        base: network that it started from, whose preprocessing it expects.
        how: the way to learn.
        labels: class labels, K of them.
        temperature: divisor of the logits before the softmax.
    """
    weights = Weights(
        name=WeightSource.TAUGHT,
        source=WeightSource.TAUGHT,
        title=WeightSource.TAUGHT.heading,
        labels=tuple(labels),
        preprocessing=base.weights.preprocessing,
        recipe=how.in_words(base_in_words(base)),
        width=base.weights.width,
        temperature=temperature,
        outputs=Outputs.SOFTMAX,
        sha256=_digest(module),
    )
    return Network(base.variant, weights, module, base.device, base.precision)


def base_in_words(base: Network) -> str:
    """Describe the network that another one starts from, without the name of a reader's file."""
    weights = base.weights
    heading = weights.source.heading
    parts = [base.variant.title, heading if weights.source.downloads else heading.lower()]
    if weights.width != 64:
        parts.append(WIDTHS.get(weights.width, f"width {weights.width} of 64"))
    return f"{parts[0]} ({', '.join(parts[1:])})"


def _channels(module: ResNet) -> int:
    """Return the number of channels of the last block."""
    block = module.layer4[-1]
    last = getattr(block, "conv3", None) or block.conv2
    channels: int = last.out_channels
    return channels


def _digest(module: nn.Module) -> str:
    """Return the SHA-256 of all weights, which tells networks apart that have no file."""
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)} ".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()


def record_of(
    base: Network, taught: Network, how: How, plan: Plan, checked: Check, seconds: float
) -> TaughtRecord:
    """Record how a network was taught, and how good it is.

    Args:
        base: network that it started from.
        taught: network that came out.
        how: the way to learn.
        plan: which photos were for what.
        checked: how good it is.
        seconds: wall time from photos to result.
    """
    final = plan.final
    return TaughtRecord(
        variant=base.variant.name,
        weights=_public_name(base),
        base=base_in_words(base),
        base_sha256=base.weights.sha256 or "",
        how=how,
        classes=taught.labels,
        photos=PhotoCounts(len(final.learn), len(final.choose), checked.answered.photos),
        folds=_folds(plan),
        accuracy=checked.accuracy,
        macro_accuracy=checked.macro,
        majority=checked.majority,
        seconds=seconds,
        date=datetime.now(UTC).date().isoformat(),
        versions={package: version(package) for package in PACKAGES},
        seed=final.seed,
    )


def _folds(plan: Plan) -> int:
    """Return the number of folds of each repeat of a cross-validation; 0 if it is none."""
    if not plan.crosses:
        return 0
    return sum(split.seed == plan.splits[0].seed for split in plan.splits)


def _public_name(base: Network) -> str:
    """Return the name of the weights, but of a reader's file only that it is one."""
    source = base.weights.source
    return source.value if source is WeightSource.CHECKPOINT else str(base.weights.name)
