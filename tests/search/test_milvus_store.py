"""Milvus: the engine in this process, and its own gRPC server in another one, on loopback."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import CollectionInUseError, SearchError
from explorer.search.collection import FileFacts, Row, Where
from explorer.search.embedding import unit
from explorer.search.kept_collections import (
    KeptCollection,
    create_or_open,
    drop,
    names,
    open_collection,
)
from explorer.search.memory_store import MemoryStore
from explorer.search.milvus_store import IndexKind
from explorer.search.store_place import StorePlace, store_place
from explorer.search.vector_space import VectorSpace, vector_space
from tiny_teaching import tiny_network

SERVER = """
import sys
from milvus_lite.adapter.grpc.server import run_server
run_server(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]))
"""
HOLD = """
import sys
from explorer.search.kept_collections import open_collection
collection = open_collection(sys.argv[1], sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def space() -> VectorSpace:
    return vector_space(tiny_network())


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    return store_place(tmp_path / "collections")


def made(
    place: StorePlace, space: VectorSpace, name: str = "pets", index: IndexKind | None = None
) -> KeptCollection:
    return create_or_open(name, place, space, Path("/photos"), index)


def test_the_client_keeps_its_warnings_to_itself(place: StorePlace, space: VectorSpace) -> None:
    with made(place, space) as collection:
        assert collection.rows == ()
        assert not logging.getLogger("pymilvus").isEnabledFor(logging.ERROR)


def photos(count: int) -> list[Row]:
    folders = ('ca"t', "dog_1", "dog%1", "鳥")
    return [
        Row.of(f"{folders[at % 4]}/{at:05}.jpg", digest=f"{at}", file=FileFacts(at, at, f"{at}"))
        for at in range(count)
    ]


def vectors(count: int, ties: int = 0, size: int = 32) -> np.ndarray:
    random = np.random.default_rng(0)
    found = np.abs(random.standard_normal((count, size))).astype(np.float32)
    found[random.permutation(count)[:ties]] = found[0]
    return unit(found)


def test_flat_ranks_are_those_of_brute_force_on_5000_ties_included(
    place: StorePlace, space: VectorSpace
) -> None:
    rows, found = photos(5_000), vectors(5_000, ties=200)
    exact = MemoryStore(rows, found)
    with made(place, space) as collection:
        collection.store.put(rows, found)
        for query in (found[0], found[1], found[4_000]):
            for limit in (1, 10, 100):
                assert collection.search(query, limit) == exact.search(query, limit)


def test_a_collection_is_there_again_with_all_it_knew(
    place: StorePlace, space: VectorSpace
) -> None:
    rows, found = photos(20), vectors(20)
    with made(place, space) as collection:
        collection.store.put(rows, found)
        collection.store.put([replace(rows[0], digest="new")], found[1:2])
        collection.store.remove([rows[1].id, "nothing"])
    with open_collection("pets", place.folder) as collection:
        kept = {row.name: row for row in collection.rows}
        assert list(kept) == sorted(row.name for row in rows if row is not rows[1])
        assert kept[rows[0].name] == replace(rows[0], digest="new")
        assert kept[rows[2].name] == rows[2]
        assert collection.space == space
        assert collection.folder == Path("/photos")
        ids = [rows[2].id, rows[0].id]
        np.testing.assert_allclose(collection.store.vectors(ids), found[[2, 1]], atol=1e-6)
        with pytest.raises(SearchError, match="no longer in the collection"):
            collection.store.vectors([rows[1].id])


def test_filters_are_those_of_the_store_in_memory(place: StorePlace, space: VectorSpace) -> None:
    rows, found = photos(40), vectors(40)
    exact = MemoryStore(rows, found)
    with made(place, space) as collection:
        collection.store.put(rows, found)
        for where in (
            Where(categories=('ca"t', "鳥")),
            Where(folder="dog_1"),
            Where(folder="dog%1", without=(rows[2].id,)),
            Where(folder="d"),
        ):
            assert collection.search(found[3], 40, where) == exact.search(found[3], 40, where)


@pytest.mark.parametrize("index", [IndexKind.HNSW, IndexKind.IVF])
def test_an_index_is_kept_and_its_recall_measured(
    place: StorePlace, space: VectorSpace, index: IndexKind
) -> None:
    from explorer.search.index_recall import measure_recall

    with made(place, space, index=index) as collection:
        collection.store.put(photos(600), vectors(600))
        assert collection.index is index
        recall = measure_recall(collection.store, queries=20)
        assert (recall.queries, recall.limit, recall.photos) == (20, 10, 600)
        assert 0.5 < recall.recall <= 1
        assert recall.exact_ms > 0
        assert recall.store_ms > 0
    with pytest.raises(SearchError, match="drop it first to get FLAT"):
        made(place, space, index=IndexKind.FLAT)


def test_a_collection_made_otherwise_is_refused(place: StorePlace, space: VectorSpace) -> None:
    made(place, space).close()
    with pytest.raises(SearchError, match="the query is one of"):
        made(place, vector_space(tiny_network(), "layer1.0"))
    with pytest.raises(SearchError, match="is of the folder /photos"):
        create_or_open("pets", place, space, Path("/others"), None)


def test_a_missing_collection_is_refused_and_a_dropped_one_is_gone(
    place: StorePlace, space: VectorSpace
) -> None:
    with pytest.raises(SearchError, match="There is no collection 'pets'"):
        open_collection("pets", place.folder)
    made(place, space).close()
    assert names(place) == ("pets",)
    drop("pets", place)
    assert names(place) == ()
    with pytest.raises(SearchError, match="There is no collection 'pets'"):
        drop("pets", place)


def test_one_process_at_a_time_holds_a_folder(place: StorePlace, space: VectorSpace) -> None:
    with made(place, space) as first, open_collection("pets", place.folder) as second:
        first.store.put(photos(3), vectors(3))
        assert len(second.rows) == 3  # in one process all share the engine
    arguments = [sys.executable, "-c", HOLD, "pets", str(place.folder)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(CollectionInUseError, match="Another process has the collection"):
            open_collection("pets", place.folder)
        with pytest.raises(CollectionInUseError):
            drop("pets", place)
        other.kill()
    with open_collection("pets", place.folder) as collection:  # the lock went with the process
        assert len(collection.rows) == 3


def test_a_damaged_store_is_one_sentence_and_can_be_dropped(
    place: StorePlace, space: VectorSpace
) -> None:
    with made(place, space) as collection:
        collection.store.put(photos(30), vectors(30))
    for path in place.path_of("pets").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\0damaged" * 7)
    with (
        pytest.raises(SearchError, match="drop it and index"),
        open_collection("pets", place.folder) as collection,
    ):
        collection.search(vectors(1)[0], 3)
    drop("pets", place)
    assert names(place) == ()


def test_an_index_that_a_kill_cut_off_is_built_again(place: StorePlace, space: VectorSpace) -> None:
    rows, found = photos(30), vectors(30)
    with made(place, space) as collection:
        collection.store.put(rows, found)
        collection.search(found[0], 3)
    path = place.path_of("pets")
    (path / "open").touch()  # a process that is killed leaves it
    cut_off = list(path.rglob("*.idx"))
    assert cut_off
    for part in cut_off:
        part.write_bytes(part.read_bytes()[:100])
    with open_collection("pets", place.folder) as collection:
        assert collection.search(found[0], 3) == MemoryStore(rows, found).search(found[0], 3)
    assert not (path / "open").exists()


def test_thirty_sessions_search_at_once_and_none_gets_anothers_result(
    place: StorePlace, space: VectorSpace
) -> None:
    rows, found = photos(30), vectors(30)
    with made(place, space) as collection:
        collection.store.put(rows, found)
        with ThreadPoolExecutor(30) as pool:
            matches = list(pool.map(lambda one: collection.search(one, 1), found))
    assert [match[0].row.id for match in matches] == [row.id for row in rows]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "served")
    server.start()
    yield server
    server.kill()


class Server:
    """Milvus Lite's gRPC server in a process of its own."""

    def __init__(self, data: Path) -> None:
        self._data = data
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-c", SERVER, str(self._data), str(self._port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert "listening" in self._process.stdout.readline()

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def test_two_clients_of_a_server_go_on_after_it_was_killed_and_started_again(
    address: Server, space: VectorSpace
) -> None:
    rows, found = photos(300), vectors(300)
    exact = MemoryStore(rows, found)
    place = store_place(address.url)
    with made(place, space) as first, open_collection("pets", address.url) as second:
        first.store.put(rows[:200], found[:200])
        second.store.put(rows[200:], found[200:])
        assert first.search(found[5], 10) == second.search(found[5], 10)
        address.kill()
        for client in (first, second):
            with pytest.raises(SearchError, match="does not answer; start it") as caught:
                client.search(found[5], 10)
            assert "127.0.0.1" not in caught.value.for_visitors
        address.start()
        for client in (first, second):
            assert client.search(found[5], 10) == exact.search(found[5], 10)
            assert len(client.rows) == 300
    assert names(place) == ("pets",)
    drop("pets", place)
    assert names(place) == ()


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SearchError, match="does not answer; start it, or give another address"):
        open_collection("pets", f"http://127.0.0.1:{port}")


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of a server that knows no user."""
    import grpc

    class Refusal(grpc.GenericRpcHandler):
        def service(self, details: object) -> grpc.RpcMethodHandler:
            def refuse(request: bytes, context: grpc.ServicerContext) -> None:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")

            return grpc.unary_unary_rpc_method_handler(refuse)

    with ThreadPoolExecutor(2) as pool:
        server = grpc.server(pool, handlers=[Refusal()])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"http://127.0.0.1:{port}"
        server.stop(0).wait()


def test_a_server_that_refuses_the_token_is_one_sentence(refusing: str) -> None:
    with pytest.raises(SearchError, match="refuses the user or the token; give others") as caught:
        open_collection("pets", refusing, "root:wrong")
    assert "wrong" not in str(caught.value)
