import threading
from pathlib import Path

import numpy as np
import pytest

from explorer.features.feature_store import FeatureStore


def array(value: float, size: int = 10) -> np.ndarray:
    return np.full(size, value, np.float32)


def test_it_returns_what_it_was_given_and_nothing_else() -> None:
    store, given = FeatureStore(), array(1)
    store.put("a", "x", given)
    given[:] = 7  # the store has a copy
    found = store.get("a", "x")
    assert found is not None
    np.testing.assert_array_equal(found, array(1))
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 2
    assert store.get("a", "y") is None
    assert store.get("b", "x") is None


def test_the_least_recently_used_go_first() -> None:
    store = FeatureStore(limit=3 * array(0).nbytes)
    for name in "abc":
        store.put(name, "x", array(1))
    store.get("a", "x")
    store.put("d", "x", array(1))
    assert [name for name in "abcd" if store.get(name, "x") is not None] == ["a", "c", "d"]
    assert store.nbytes == 3 * array(0).nbytes
    store.put("e", "x", array(1, 1000))  # more than the whole limit
    assert store.get("e", "x") is None
    assert store.nbytes == 3 * array(0).nbytes


def test_it_forgets_photos_in_all_views() -> None:
    store = FeatureStore()
    for photo, view in ("ax", "ay", "bx"):
        store.put(photo, view, array(1))
    store.forget(["a", "c"])
    assert store.get("a", "x") is store.get("a", "y") is None
    assert store.get("b", "x") is not None
    assert store.nbytes == array(1).nbytes


def test_a_folder_keeps_them_for_the_next_process(tmp_path: Path) -> None:
    FeatureStore(folder=tmp_path / "kept").put("a/../b", "x", array(3))
    found = FeatureStore(folder=tmp_path / "kept").get("a/../b", "x")
    np.testing.assert_array_equal(found, array(3))
    assert [path.parent for path in tmp_path.rglob("*.features")] == [tmp_path / "kept"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_file_is_as_if_it_were_not_there(tmp_path: Path, damage: str) -> None:
    FeatureStore(folder=tmp_path).put("a", "x", array(3))
    (path,) = tmp_path.glob("*")
    content = path.read_bytes()
    path.write_bytes(
        {
            "cut": content[:-5],
            "flipped": content[:-1] + bytes([content[-1] ^ 1]),
            "empty": b"",
            "other": b"not features at all" * 9,
        }[damage]
    )
    store = FeatureStore(folder=tmp_path)
    assert store.get("a", "x") is None
    store.put("a", "x", array(4))
    np.testing.assert_array_equal(FeatureStore(folder=tmp_path).get("a", "x"), array(4))


def test_the_folder_is_bounded_and_may_be_of_no_use(tmp_path: Path) -> None:
    store = FeatureStore(folder=tmp_path / "small", disk_limit=400)
    for name in "abcd":
        store.put(name, "x", array(1))
    assert sum(path.stat().st_size for path in (tmp_path / "small").glob("*")) <= 400
    (tmp_path / "file").write_text("no folder")
    store = FeatureStore(folder=tmp_path / "file")
    store.put("a", "x", array(1))
    assert store.get("a", "x") is not None


def test_several_threads_keep_the_count() -> None:
    store = FeatureStore(limit=20 * array(0).nbytes)

    def work(offset: int) -> None:
        for step in range(200):
            store.put(str((step * offset) % 37), "x", array(step))
            store.get(str(step % 37), "x")
            store.forget([str(step % 11)])

    threads = [threading.Thread(target=work, args=(offset,)) for offset in (1, 2, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = [found for name in range(37) if (found := store.get(str(name), "x")) is not None]
    assert store.nbytes == sum(found.nbytes for found in left) <= 20 * array(0).nbytes
