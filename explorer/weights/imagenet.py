"""The ImageNet weights that torchvision publishes, by recipe, in torch's own cache folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import torch

from explorer.errors import WeightsError
from explorer.networks.variants import Variant
from explorer.networks.weight_sources import WeightSource
from explorer.weights import recipes
from explorer.weights.download import DownloadProgress, download, mismatch, sha256, unavailable
from explorer.weights.recipes import PublishedRecipe

if TYPE_CHECKING:
    from torch import Tensor
    from torchvision.models import WeightsEnum

# In DenseNet's files the parts of a layer bear names that torch has not allowed for long: "norm.1".
_OLD_NAME = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


def published(variant: Variant) -> dict[WeightSource, WeightsEnum]:
    """Look up which ImageNet weights there are for a variant, by recipe."""
    if not variant.published:
        return {}
    from torchvision.models import get_weight

    found = ((recipe.source, recipes.published(variant.name, recipe)) for recipe in PublishedRecipe)
    return {source: get_weight(weights.name) for source, weights in found if weights is not None}


def find(variant: Variant, source: WeightSource) -> WeightsEnum:
    """Look up the ImageNet weights of one recipe.

    Raises:
        WeightsError: if torchvision has none by this recipe for this variant.
    """
    offered = published(variant)
    if source not in offered:
        others = "".join(f"{other.value}, or " for other in offered)
        raise WeightsError(
            f"torchvision publishes no {variant.title} weights under {source.heading!r}. "
            f"Choose {others}another variant."
        )
    return offered[source]


def labels() -> tuple[str, ...]:
    """Return the names of ImageNet's 1000 categories."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def cached_path(weights: WeightsEnum) -> Path:
    """Return where torch keeps the file, whether it is there or not."""
    name = os.path.basename(urlparse(weights.url).path)
    return Path(str(torch.hub.get_dir()), "checkpoints", name)


def fetch(weights: WeightsEnum) -> Iterator[DownloadProgress]:
    """Bring the file into torch's cache folder, unless it is there and whole.

    Yields:
        The progress; once, and without a request, if there is nothing to fetch.

    Raises:
        WeightsUnavailableError: if it cannot be fetched, or arrives damaged.
        WeightsError: if it cannot be written.
    """
    path, prefix = cached_path(weights), _hash_prefix(weights)
    if path.is_file() and sha256(path).startswith(prefix):
        yield DownloadProgress(path.stat().st_size, path.stat().st_size)
    else:
        yield from download(weights.url, path, prefix)


def verify(weights: WeightsEnum) -> str:
    """Check the file in the cache.

    Returns:
        Its SHA-256 in hexadecimal.

    Raises:
        WeightsUnavailableError: if it is not there, or its hash is wrong.
    """
    path, prefix = cached_path(weights), _hash_prefix(weights)
    if not path.is_file():
        raise unavailable(weights.url, path, "is not on this machine")
    found = sha256(path)
    if not found.startswith(prefix):
        raise unavailable(weights.url, path, f"is here, but damaged ({mismatch(found, prefix)})")
    return found


def read(weights: WeightsEnum) -> dict[str, Tensor]:
    """Read a verified file as float32; some files hold float16."""
    state = torch.load(cached_path(weights), map_location="cpu", weights_only=True)
    return {
        _OLD_NAME.sub(r"\1\2", name): tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in state.items()
    }


def _hash_prefix(weights: WeightsEnum) -> str:
    """Return the part of the SHA-256 that torch puts into the name, as in resnet18-f37072fd.pth."""
    found = torch.hub.HASH_REGEX.search(cached_path(weights).name)
    if found is None or not found.group(1):
        raise WeightsError(f"{weights.url} does not name its hash; update torchvision.")
    return str(found.group(1))
