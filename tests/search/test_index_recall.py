import numpy as np
import pytest

from explorer.errors import RequestError
from explorer.search.collection import EVERYWHERE, Match, Row, Where
from explorer.search.embedding import unit
from explorer.search.index_recall import measure_recall
from explorer.search.memory_store import MemoryStore


class Forgetful(MemoryStore):
    """An index that misses every second photo."""

    def search(
        self, vector: np.ndarray, limit: int, where: Where = EVERYWHERE
    ) -> tuple[Match, ...]:
        every = super().search(vector, 2 * limit, where)
        return every[::2]


def store(kind: type[MemoryStore], count: int = 100) -> MemoryStore:
    found = unit(np.random.default_rng(0).standard_normal((count, 16)).astype(np.float32))
    return kind([Row.of(f"{at}.jpg") for at in range(count)], found)


def test_exact_search_finds_all_and_every_second_photo_is_a_half() -> None:
    exact = measure_recall(store(MemoryStore), queries=20)
    assert (exact.recall, exact.queries, exact.limit, exact.photos) == (1, 20, 10, 100)
    assert measure_recall(store(Forgetful), queries=20).recall == pytest.approx(0.5)
    assert measure_recall(store(MemoryStore, 4)).limit == 4


def test_an_empty_store_is_refused() -> None:
    with pytest.raises(RequestError, match="no photo in the collection"):
        measure_recall(MemoryStore([], np.zeros((0, 16), np.float32)))
