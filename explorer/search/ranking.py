"""The order of what was found: by similarity, and for equal ones by id, whatever the store."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.search.collection import Match, Row

ROUNDING = 1e-5  # of a similarity in float32: candidates this close may be in another order


def similarities(vectors: Map, query: Map) -> NDArray[np.float64]:
    """Return the cosines of unit vectors, shape (N, C), and a query, shape (C,).

    Each is summed by itself, in double precision, so that equal vectors have equal ones.
    """
    cosines: NDArray[np.float64] = np.multiply(vectors, query, dtype=np.float64).sum(axis=1)
    return cosines


def ranked(rows: Sequence[Row], vectors: Map, query: Map, limit: int) -> tuple[Match, ...]:
    """Return the closest of some candidates.

    Args:
        rows: the candidates.
        vectors: their unit vectors, shape (N, C).
        query: unit vector, shape (C,).
        limit: number of matches at most.
    """
    found = zip(rows, similarities(vectors, query), strict=True)
    order = sorted(found, key=lambda pair: (-pair[1], pair[0].id))
    return tuple(Match(row, float(similarity)) for row, similarity in order[:limit])
