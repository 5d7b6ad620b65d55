"""Weights sources, and how a reader names them.

    builtin  imagenet-classic  imagenet-new  random:SEED  path/of/a/checkpoint.pth

Together with a variant, separated by a slash: `resnet50/imagenet-new`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from explorer.errors import WeightsError

CHECKPOINT_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin", ".ckpt", ".tar")
LARGEST_SEED = 2**63 - 1


class WeightSource(StrEnum):
    """A weights source; its value is the name on the command line and in links."""

    BUILTIN = "builtin"
    IMAGENET_CLASSIC = "imagenet-classic"
    IMAGENET_NEW = "imagenet-new"
    IMAGENET_OTHER = "imagenet-other"  # for networks that are not ResNets
    UNTRAINED = "random"
    CHECKPOINT = "checkpoint"
    TAUGHT = "taught"  # a network that the reader taught classes; it lives in the session

    @property
    def heading(self) -> str:
        """The name for people; the title of single weights adds what is known of them."""
        return _HEADINGS[self]

    @property
    def downloads(self) -> bool:
        """Whether the weights are fetched from the internet on first use."""
        return self in (
            WeightSource.IMAGENET_CLASSIC,
            WeightSource.IMAGENET_NEW,
            WeightSource.IMAGENET_OTHER,
        )


_PLAIN_NAMES = [
    source
    for source in WeightSource
    if source not in (WeightSource.UNTRAINED, WeightSource.CHECKPOINT, WeightSource.TAUGHT)
]
_HEADINGS = {
    WeightSource.BUILTIN: "Built-in",
    WeightSource.IMAGENET_CLASSIC: "ImageNet, classic recipe",
    WeightSource.IMAGENET_NEW: "ImageNet, new recipe",
    WeightSource.IMAGENET_OTHER: "ImageNet, a recipe of its own",
    WeightSource.UNTRAINED: "Untrained",
    WeightSource.CHECKPOINT: "My checkpoint",
    WeightSource.TAUGHT: "My network",
}


@dataclass(frozen=True)
class WeightsRequest:
    """The weights that a reader asked for.

    Attributes:
        source: the weights source.
        seed: seed of untrained weights, else 0.
        path: path of the reader's checkpoint, else None.
    """

    source: WeightSource
    seed: int = 0
    path: Path | None = None


def parse_weights(weights: str | os.PathLike[str]) -> WeightsRequest:
    """Parse the name of weights, without opening anything.

    Args:
        weights: "builtin", "imagenet-classic", "imagenet-new", "random:SEED" or the path of a
            checkpoint.

    Raises:
        WeightsError: if the name is none of these, or the seed is not a whole number from 0 to
            2**63 - 1.
    """
    if not isinstance(weights, str):
        return WeightsRequest(WeightSource.CHECKPOINT, path=Path(weights))
    kind, _, detail = weights.partition(":")
    if weights in _PLAIN_NAMES:
        return WeightsRequest(WeightSource(weights))
    if kind == WeightSource.UNTRAINED:
        return WeightsRequest(WeightSource.UNTRAINED, seed=_parse_seed(weights, detail))
    path = Path(os.path.expanduser(weights))  # Path.expanduser raises where there is no such user
    if path.suffix.lower() in CHECKPOINT_SUFFIXES or path.is_file():
        return WeightsRequest(WeightSource.CHECKPOINT, path=path)
    raise WeightsError(
        f"There are no weights {weights!r}. Give builtin, imagenet-classic, imagenet-new, "
        "random:SEED or the path of a checkpoint."
    )


def _parse_seed(text: str, digits: str) -> int:
    if not (digits.isascii() and digits.isdecimal() and int(digits) <= LARGEST_SEED):
        raise WeightsError(
            f"{text!r} has no usable seed. Give a whole number from 0, as in random:0."
        )
    return int(digits)
