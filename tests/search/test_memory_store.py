import numpy as np
import pytest

from explorer.errors import RequestError, SearchError
from explorer.search.collection import Collection, Row, Where, row_id
from explorer.search.embedding import unit
from explorer.search.memory_store import MemoryStore
from explorer.search.vector_space import vector_space
from tiny_teaching import tiny_network

CATEGORIES = ("cat", "dog", "red panda")


def rows(count: int) -> list[Row]:
    return [Row.of(f"{CATEGORIES[at % 3]}/{at:05}.jpg") for at in range(count)]


def vectors(count: int, size: int = 32) -> np.ndarray:
    """Random unit vectors, of which a third are copies of others, so that there are ties."""
    random = np.random.default_rng(0)
    found = np.abs(random.standard_normal((count, size))).astype(np.float32)
    found[random.permutation(count)[: count // 3]] = found[0]
    return unit(found)


def brute_force(photos: list[Row], found: np.ndarray, query: np.ndarray) -> list[str]:
    cosines = [float(np.dot(one.astype(np.float64), query.astype(np.float64))) for one in found]
    order = sorted(zip(photos, cosines, strict=True), key=lambda pair: (-pair[1], pair[0].id))
    return [row.id for row, _ in order]


@pytest.mark.parametrize("limit", [1, 10, 2_000])
def test_ranks_are_those_of_brute_force_ties_included(limit: int) -> None:
    photos, found = rows(5_000), vectors(5_000)
    store = MemoryStore(photos, found)
    for query in (found[0], found[7]):
        matches = store.search(query, limit)
        assert [match.row.id for match in matches] == brute_force(photos, found, query)[:limit]
    assert store.search(found[0], 1)[0].similarity == pytest.approx(1)


def test_a_filter_leaves_the_others_in_their_order() -> None:
    photos, found = rows(60), vectors(60)
    store = MemoryStore(photos, found)
    order = brute_force(photos, found, found[1])
    for where in (
        Where(categories=("cat",)),
        Where(folder="red panda"),
        Where(categories=("cat", "dog"), without=(photos[0].id, photos[1].id)),
        Where(folder="nowhere"),
    ):
        matches = store.search(found[1], 100, where)
        admitted = {row.id for row in photos if where.admits(row)}
        assert [match.row.id for match in matches] == [one for one in order if one in admitted]


def test_photos_are_added_replaced_and_removed() -> None:
    photos, found = rows(6), vectors(6)
    store = MemoryStore(photos[:4], found[:4])
    store.put(photos[3:], found[[0, 4, 5]])
    assert store.rows() == tuple(sorted(photos, key=lambda row: row.name))
    np.testing.assert_array_equal(
        store.vectors([photos[3].id, photos[5].id]), np.stack([found[0], found[5]])
    )
    store.remove([photos[3].id, "nothing"])
    assert len(store.rows()) == 5
    with pytest.raises(SearchError, match="no longer in the collection"):
        store.vectors([photos[3].id])
    store.remove([row.id for row in photos])
    assert store.search(found[0], 3) == ()
    store.put(photos, found)
    assert len(store.rows()) == 6


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(SearchError, match="2 photos and 3 vectors"):
        MemoryStore(rows(2), vectors(3))
    with pytest.raises(SearchError, match="the same name"):
        MemoryStore([*rows(1), *rows(1)], vectors(2))


def test_a_name_is_the_same_in_both_ways_to_write_its_letters() -> None:
    assert row_id("Caf\u00e9.jpg") == row_id("Cafe\u0301.jpg")
    row = Row.of("鳥/cafe\u0301 \N{CAT FACE}.jpg")
    assert row.name == "鳥/caf\u00e9 \N{CAT FACE}.jpg"
    assert row.category == "鳥"


def test_a_collection_refuses_queries_that_do_not_fit() -> None:
    space = vector_space(tiny_network())
    collection = Collection("pets", space, MemoryStore(rows(6), vectors(6)))
    assert len(collection.rows) == 6
    assert len(collection.search(vectors(6)[0], 3)) == 3
    with pytest.raises(RequestError, match="ask for 1 to 1,000"):
        collection.search(vectors(6)[0], 0)
    with pytest.raises(RequestError, match="has 32 numbers, not 7"):
        collection.search(np.ones(7, np.float32), 3)
