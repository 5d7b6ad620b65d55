"""The ImageNet weights that torchvision publishes, by recipe, in torch's own cache folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import torch

from explorer.errors import WeightsError
from explorer.networks.variants import Variant
from explorer.networks.weight_sources import WeightSource
from explorer.weights import published_recipes
from explorer.weights.download import DownloadProgress, download, mismatch, sha256, unavailable
from explorer.weights.published_recipes import PublishedRecipe

if TYPE_CHECKING:
    from torch import Tensor
    from torchvision.models import WeightsEnum

# DenseNet's files still have layer names that torch no longer allows: "norm.1" for "norm1".
_OLD_NAME = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


@cache  # the network bar asks for every depth of a family at each click
def published(variant: Variant) -> dict[WeightSource, WeightsEnum]:
    """Return the ImageNet weights that torchvision publishes for a variant, by weights source."""
    if not variant.published:
        return {}
    from torchvision.models import get_weight

    pairs = (
        (recipe.source, published_recipes.published(variant.name, recipe))
        for recipe in PublishedRecipe
    )
    return {source: get_weight(weights.name) for source, weights in pairs if weights is not None}


def find(variant: Variant, source: WeightSource) -> WeightsEnum:
    """Return the ImageNet weights that a variant has from one weights source.

    Raises:
        WeightsError: if torchvision publishes none for this variant.
    """
    offered = published(variant)
    if source not in offered:
        alternatives = "".join(f'"{other.heading}" or ' for other in offered)
        raise WeightsError(
            f'There are no {variant.title} weights called "{source.heading}". '
            f"Choose {alternatives}another network."
        )
    return offered[source]


def labels() -> tuple[str, ...]:
    """Return the labels of ImageNet's 1000 classes."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def cached_path(weights: WeightsEnum) -> Path:
    """Return the path of the file in torch's cache folder, whether or not it exists."""
    name = os.path.basename(urlparse(weights.url).path)
    return Path(str(torch.hub.get_dir()), "checkpoints", name)


def fetch(weights: WeightsEnum) -> Iterator[DownloadProgress]:
    """Download the file into torch's cache folder, unless it is already there and undamaged.

    Yields:
        The progress; once, and without a request, if there is nothing to fetch.

    Raises:
        WeightsUnavailableError: if the download fails or the file arrives damaged.
        WeightsError: if the file cannot be written.
    """
    path, prefix = cached_path(weights), _hash_prefix(weights)
    if path.is_file() and sha256(path).startswith(prefix):
        yield DownloadProgress(path.stat().st_size, path.stat().st_size)
    else:
        yield from download(weights.url, path, prefix)


def verify(weights: WeightsEnum) -> str:
    """Check the file in the cache.

    Returns:
        The file's SHA-256 in hexadecimal.

    Raises:
        WeightsUnavailableError: if the file is missing, or its hash is wrong.
    """
    path, prefix = cached_path(weights), _hash_prefix(weights)
    if not path.is_file():
        raise unavailable(weights.url, path, "is not on this machine")
    digest = sha256(path)
    if not digest.startswith(prefix):
        raise unavailable(weights.url, path, f"is here, but damaged ({mismatch(digest, prefix)})")
    return digest


def read(weights: WeightsEnum) -> dict[str, Tensor]:
    """Read a verified file as float32; some files are float16."""
    state = torch.load(cached_path(weights), map_location="cpu", weights_only=True)
    return {
        _OLD_NAME.sub(r"\1\2", name): tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in state.items()
    }


def _hash_prefix(weights: WeightsEnum) -> str:
    """Return the start of the SHA-256 as in the file's name, e.g. resnet18-f37072fd.pth."""
    match = torch.hub.HASH_REGEX.search(cached_path(weights).name)
    if match is None or not match.group(1):
        raise WeightsError(f"{weights.url} does not name its hash; update torchvision.")
    return str(match.group(1))
