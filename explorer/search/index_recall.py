"""What a store costs, and what its index misses, against comparing every vector."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.array_types import Map
from explorer.errors import RequestError
from explorer.search.collection import Match, Store
from explorer.search.memory_store import MemoryStore

QUERIES, LIMIT = 50, 10
TIE = 1e-6  # of a similarity: photos this close are as good


@dataclass(frozen=True)
class IndexRecall:
    """How a store compares with exact search in memory.

    Attributes:
        recall: share of the closest photos that the store finds, from 0 to 1.
        limit: number of the closest photos that count.
        queries: number of queries, which are photos of the collection.
        photos: number of photos in the collection.
        exact_ms: median time of an exact search, in milliseconds.
        store_ms: median time of a search of the store, in milliseconds.
    """

    recall: float
    limit: int
    queries: int
    photos: int
    exact_ms: float
    store_ms: float


def measure_recall(
    store: Store, queries: int = QUERIES, limit: int = LIMIT, seed: int = 0
) -> IndexRecall:
    """Ask a store, and exact search over the same vectors, for the photos closest to some of them.

    Args:
        store: the store; all its vectors are fetched.
        queries: number of queries at most, drawn at random.
        limit: number of the closest photos that count.
        seed: seed of the draw.

    Raises:
        RequestError: if there is no photo.
    """
    rows = store.rows()
    if not rows:
        raise RequestError("There is no photo in the collection; index some first.")
    vectors = store.vectors([row.id for row in rows])
    exact = MemoryStore(rows, vectors)
    drawn = np.random.default_rng(seed).permutation(len(rows))[:queries]
    limit = min(limit, len(rows))
    shares, times = [], []
    store.search(vectors[0], limit)  # the first one opens files
    for at in drawn:
        best, exact_ms = _timed(exact.search, vectors[at], limit)
        found, store_ms = _timed(store.search, vectors[at], limit)
        shares.append(_share(found, best))
        times.append((exact_ms, store_ms))
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    return IndexRecall(
        statistics.fmean(shares), limit, len(drawn), len(rows), medians[0], medians[1]
    )


def _timed(
    search: Callable[[Map, int], tuple[Match, ...]], vector: Map, limit: int
) -> tuple[tuple[Match, ...], float]:
    start = time.perf_counter()
    found = search(vector, limit)
    return found, 1000 * (time.perf_counter() - start)


def _share(found: tuple[Match, ...], best: tuple[Match, ...]) -> float:
    least = best[-1].similarity - TIE
    return sum(match.similarity >= least for match in found) / len(best)
