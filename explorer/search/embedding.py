"""Photos as unit vectors: the pooled output of a block, or the logits, divided by its length."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from PIL import Image

from explorer.array_types import Map
from explorer.features.extraction import BATCH, Progress, extract, run_to_end
from explorer.features.feature_store import FeatureStore
from explorer.networks.network import Network
from explorer.photos.geometry import to_tensor
from explorer.search.vector_space import VectorKind, VectorSpace, check_network, vector_space


def embed(
    network: Network,
    images: Sequence[Image.Image],
    space: VectorSpace | None = None,
    *,
    digests: Sequence[str] | None = None,
    store: FeatureStore | None = None,
    batch: int = BATCH,
) -> Map:
    """Compute the vectors of photos; arguments and errors as for `embedding`.

    Returns:
        Unit vectors, float32, shape (N, C); a photo on which all components are 0 stays at 0.
    """
    return run_to_end(embedding(network, images, space, digests=digests, store=store, batch=batch))


def embedding(
    network: Network,
    images: Sequence[Image.Image],
    space: VectorSpace | None = None,
    *,
    digests: Sequence[str] | None = None,
    store: FeatureStore | None = None,
    batch: int = BATCH,
) -> Generator[Progress, None, Map]:
    """Compute the vectors of photos, batch by batch; between batches it can be ended.

    Args:
        network: network; shared and only read.
        images: RGB photos, N of them.
        space: space of the vectors; None for what the head sees.
        digests: digest of each photo; None computes them.
        store: pooled features that were computed before.
        batch: number of photos in one forward pass.

    Yields:
        How far it is.

    Returns:
        As `embed`.

    Raises:
        SearchError: if the network's vectors do not lie in the space.
    """
    if space is None:
        space = vector_space(network)
    else:
        check_network(space, network)
    if not images:
        return np.zeros((0, space.dimension), np.float32)
    if space.kind is VectorKind.LOGITS:
        vectors = yield from _logits(network, images, space, batch)
    else:
        features = yield from extract(
            network,
            images,
            digests=digests,
            framing=space.framing,
            block=space.block,
            store=store,
            batch=batch,
        )
        vectors = features.vectors
    return unit(vectors)


def unit(vectors: Map) -> Map:
    """Divide vectors by their lengths, shape (..., C); those of length 0 stay as they are."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Map = np.divide(vectors, np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def _logits(
    network: Network, images: Sequence[Image.Image], space: VectorSpace, batch: int
) -> Generator[Progress, None, Map]:
    rows = []
    for start in range(0, len(images), batch):
        part = images[start : start + batch]
        rows.append(_forward(network, part, space))
        yield Progress(start + len(part), len(images))
    return np.concatenate(rows)


@torch.inference_mode()
def _forward(network: Network, images: Sequence[Image.Image], space: VectorSpace) -> Map:
    preprocessing = network.weights.preprocessing
    x = torch.cat([to_tensor(image, preprocessing, space.framing) for image in images])
    x = x.to(network.device)
    with network.autocast():
        for link in network.chain.values():
            x = link(x)
    logits: Map = x.float().cpu().numpy()
    return logits
