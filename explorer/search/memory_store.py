"""A store in memory, searched exactly: every vector is compared with the query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from explorer.array_types import Map
from explorer.errors import SearchError
from explorer.search.collection import EVERYWHERE, Match, Row, Where
from explorer.search.ranking import ROUNDING, ranked


@dataclass(frozen=True, eq=False)
class _Contents:
    """Rows and vectors that belong together; replaced as a whole, so that readers need no lock."""

    rows: tuple[Row, ...]
    vectors: Map
    places: dict[str, int]

    def chosen(self, where: Where) -> slice | list[int]:
        if where == EVERYWHERE:
            return slice(None)
        return [place for place, row in enumerate(self.rows) if where.admits(row)]


class MemoryStore:
    """Keeps vectors in memory; safe to use from several threads.

    Args:
        rows: photos.
        vectors: their unit vectors, float32, shape (N, C).

    Raises:
        SearchError: if there are not as many vectors as photos, or an id occurs twice.
    """

    def __init__(self, rows: Sequence[Row], vectors: Map) -> None:
        self._lock = Lock()
        self._contents = _contents(rows, vectors)

    def rows(self) -> tuple[Row, ...]:
        """Return all photos, in the order of their names."""
        return self._contents.rows

    def vectors(self, ids: Sequence[str]) -> Map:
        """Return vectors of photos; see `Store.vectors`."""
        contents = self._contents
        try:
            return contents.vectors[[contents.places[one] for one in ids]]
        except KeyError as error:
            raise SearchError(
                "A photo is no longer in the collection; search again without it."
            ) from error

    def search(self, vector: Map, limit: int, where: Where = EVERYWHERE) -> tuple[Match, ...]:
        """Return the closest photos; see `Store.search`."""
        contents = self._contents
        chosen = contents.chosen(where)
        cosines = contents.vectors[chosen] @ vector
        best = _candidates(cosines, limit)
        places = best if isinstance(chosen, slice) else [chosen[one] for one in best]
        rows = [contents.rows[place] for place in places]
        return ranked(rows, contents.vectors[places], vector, limit)

    def put(self, rows: Sequence[Row], vectors: Map) -> None:
        """Add or replace photos; see `Store.put`."""
        ids = {row.id for row in rows}
        with self._lock:
            old = self._contents
            kept = [place for place, row in enumerate(old.rows) if row.id not in ids]
            every = [*(old.rows[place] for place in kept), *rows]
            both = np.concatenate([old.vectors[kept], vectors]) if kept else vectors
            self._contents = _contents(every, both)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove photos; see `Store.remove`."""
        gone = set(ids)
        with self._lock:
            old = self._contents
            kept = [place for place, row in enumerate(old.rows) if row.id not in gone]
            self._contents = _contents([old.rows[place] for place in kept], old.vectors[kept])


def _contents(rows: Sequence[Row], vectors: Map) -> _Contents:
    if len(rows) != len(vectors):
        raise SearchError(
            f"There are {len(rows)} photos and {len(vectors)} vectors; make the collection again."
        )
    order = sorted(range(len(rows)), key=lambda place: (rows[place].name, rows[place].id))
    arranged = tuple(rows[place] for place in order)
    places = {row.id: place for place, row in enumerate(arranged)}
    if len(places) < len(rows):
        raise SearchError("Two photos of the collection have the same name; rename one of them.")
    return _Contents(arranged, np.ascontiguousarray(vectors[order], np.float32), places)


def _candidates(cosines: Map, limit: int) -> list[int]:
    """Return the places of the largest values, and of all that rounding may have put below them."""
    if len(cosines) <= limit:
        return list(range(len(cosines)))
    least = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
    return [int(place) for place in np.flatnonzero(cosines >= least - ROUNDING)]
