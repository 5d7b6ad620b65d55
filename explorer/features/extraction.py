"""What a network sees in photos: the table that teaching, searching and auditing are views of."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explorer.array_types import Map
from explorer.features.feature_store import FeatureStore
from explorer.features.identity import photo_digest, view_identity
from explorer.networks.devices import unless_out_of_memory
from explorer.networks.network import Network
from explorer.networks.vit_tokens import as_grid
from explorer.photos.geometry import Framing, to_tensor

BATCH = 16  # photos in one forward pass
Result = TypeVar("Result")


class View(StrEnum):
    """What is kept of a block's output, shape (C, h, w)."""

    POOLED = "pooled"  # the mean over the cells, shape (C,)
    CELLS = "cells"  # all of it, shape (C, h, w)
    PEAKS = "peaks"  # the largest value of each channel and the index of its cell, shape (2, C)


@dataclass(frozen=True)
class Progress:
    """How far an extraction is.

    Attributes:
        done: number of photos that are done.
        total: number of photos.
    """

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class Features:
    """What a network sees in N photos.

    Attributes:
        vectors: pooled output of a block, float32, shape (N, C).
        digests: digest of each photo.
        identity: what else they depend on: network, weights, framing and block.
    """

    vectors: Map
    digests: tuple[str, ...]
    identity: str


def extract(
    network: Network,
    photos: Sequence[Image.Image],
    *,
    digests: Sequence[str] | None = None,
    framing: Framing = Framing.CROP,
    block: str | None = None,
    store: FeatureStore | None = None,
    batch: int = BATCH,
) -> Generator[Progress, None, Features]:
    """Compute the pooled features of photos, batch by batch; between batches it can be ended.

    Args:
        network: network; shared and only read.
        photos: RGB photos. Each is accessed once, if it must be seen at all, so that a sequence may
            open them at access.
        digests: digest of each photo; None computes them, which accesses every photo.
        framing: the centre crop, or the whole photo, padded.
        block: block whose output is pooled; None for the last one, which the head pools, too.
        store: what was computed before, and is not computed again; what is new is added.
        batch: number of photos in one forward pass.

    Yields:
        How far it is, after each batch.

    Returns:
        The features, in the order of the photos.

    Raises:
        RequestError: if there is no such block.
    """
    block = network.find_block(block)
    digests = tuple(digests if digests is not None else map(photo_digest, photos))
    vectors = yield from extract_view(
        network, photos, digests, View.POOLED, framing, block, store, batch
    )
    return Features(vectors, digests, view_identity(network, framing, block))


def extract_view(
    network: Network,
    photos: Sequence[Image.Image],
    digests: Sequence[str],
    view: View,
    framing: Framing = Framing.CROP,
    block: str | None = None,
    store: FeatureStore | None = None,
    batch: int = BATCH,
) -> Generator[Progress, None, Map]:
    """Compute a view of a block's output for photos, batch by batch.

    Arguments, what it yields and what it raises are those of `extract`.

    Returns:
        float32, shape (N, ...) with the shape of the view.
    """
    block = network.find_block(block)
    key = _key(network, view, framing, block)
    store = store or FeatureStore(limit=0)
    rows = {digest: store.get(digest, key) for digest in digests}
    missing = {digest: at for at, digest in enumerate(digests) if rows[digest] is None}
    for part in _batches(list(missing.items()), batch):
        x = torch.cat(
            [to_tensor(photos[at], network.weights.preprocessing, framing) for _, at in part]
        )
        for (digest, _), row in zip(part, _seen(network, x, block, view), strict=True):
            rows[digest] = row
            store.put(digest, key, row)
        yield Progress(sum(rows[digest] is not None for digest in digests), len(digests))
    return np.stack([row for digest in digests if (row := rows[digest]) is not None])


def missing(
    network: Network,
    digests: Sequence[str],
    view: View,
    framing: Framing,
    block: str,
    store: FeatureStore,
) -> int:
    """Count the photos whose view a store does not have; arguments as for `extract_view`."""
    key = _key(network, view, framing, block)
    return sum(store.get(digest, key) is None for digest in digests)


def run_to_end(steps: Generator[Progress, None, Result]) -> Result:
    """Run an extraction whose progress nobody watches."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def _key(network: Network, view: View, framing: Framing, block: str) -> str:
    return f"{view_identity(network, framing, block)} {view}"


def _batches(items: list[tuple[str, int]], size: int) -> list[list[tuple[str, int]]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _seen(network: Network, x: Tensor, block: str, view: View) -> Map:
    """View a batch; if the GPU runs out of memory, photo by photo, and then on the CPU."""
    seen = unless_out_of_memory(lambda: _run(network, x.to(network.device), block, view))
    if seen is not None:
        return seen
    if len(x) == 1:
        return _run(network.on_cpu(), x, block, view)
    return np.concatenate([_seen(network, single, block, view) for single in x.split(1)])


@torch.inference_mode()
def _run(network: Network, x: Tensor, block: str, view: View) -> Map:
    with network.autocast():
        for name, link in network.chain.items():
            x = link(x)
            if name == block:
                break
    grid = as_grid(x).float()
    if view is View.POOLED:
        grid = grid.mean((2, 3))
    elif view is View.PEAKS:
        peaks, cells = grid.flatten(2).max(2)
        grid = torch.stack([peaks, cells.float()], 1)
    seen: Map = grid.cpu().numpy()
    return seen
