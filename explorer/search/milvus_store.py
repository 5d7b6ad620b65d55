"""A store in Milvus: in the app's own process, in a folder, or on a server; the client is the same.

The engine in the process listens on a port of loopback without a password, and only one process
may hold its folder. Only here are `pymilvus` and `milvus_lite` imported, at first use: together
they take half a second, and most pages need neither.
"""

from __future__ import annotations

import atexit
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from explorer.array_types import Map
from explorer.errors import CollectionInUseError, SearchError, StoreUnreachableError
from explorer.search.collection import EVERYWHERE, FileFacts, Match, Row, Where
from explorer.search.ranking import ROUNDING, ranked
from explorer.search.store_place import StorePlace
from explorer.search.vector_space import VectorSpace

PREFIX = "explorer_"  # of our collections on a server, which may hold others
BATCH = 500  # rows in one message
MOST_HITS = 16_384  # that a server returns
SECONDS, WRITING_SECONDS = 10.0, 60.0  # that an answer may take
LEAST_FREE = 1_000_000  # bytes of a disk; with less it counts as full
_MARGIN = 16  # candidates beyond the limit, which may be as close as the last
# A client of its own for each connection, which a server that is started again finds at once.
_CHANNEL = {"grpc.use_local_subchannel_pool": 1, "grpc.max_reconnect_backoff_ms": 1_000}
_OPEN = "open"  # name of the file that says that a process has not closed the folder
_PROPERTIES = "explorer.collection"
_FIELDS = ["id", "name", "category", "digest", "size", "modified_ns", "content"]

Result = TypeVar("Result")


class IndexKind(StrEnum):
    """How Milvus looks for the closest vectors: FLAT compares all, the others only some."""

    FLAT = "FLAT"
    HNSW = "HNSW"
    IVF = "IVF_FLAT"


_BUILT_WITH: dict[IndexKind, dict[str, int]] = {
    IndexKind.FLAT: {},
    IndexKind.HNSW: {"M": 16, "efConstruction": 200},
    IndexKind.IVF: {"nlist": 128},
}


@dataclass
class _Engine:
    """An engine that runs in this process, how many use it, and whether it could not go on."""

    server: Any
    database: Any
    address: str
    marker: Path
    users: int = 0
    has_failed: bool = False


_engines: dict[Path, _Engine] = {}
_lock = Lock()


@dataclass(frozen=True)
class About:
    """What a collection says of itself.

    Attributes:
        space: space of its vectors.
        folder: folder of its photos on the machine that indexed them; "" if there is none.
        index: how it is searched.
    """

    space: VectorSpace
    folder: str
    index: IndexKind


class Milvus:
    """A connection to a store; close it, or use it as a context.

    Args:
        place: server, or folder; for the latter the path says which collection.
        path: folder of the engine's data; None for a server.

    Raises:
        SearchError: if the server does not answer or refuses, another process holds the folder, or
            what is in it is damaged.
    """

    def __init__(self, place: StorePlace, path: Path | None = None) -> None:
        self.place, self._path = place, path
        self._address = place.address if path is None else _started(path)
        self._lock = Lock()
        try:
            self._client = self._connected()
        except SearchError:
            self._release()
            raise

    def __enter__(self) -> Milvus:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, and the engine if nothing else in this process uses it."""
        with suppress(Exception):  # the server is gone, and so is the connection
            self._client.close()
        self._release()

    def ask(self, question: Callable[[Any], Result]) -> Result:
        """Ask the store through a `MilvusClient`; once more, if the server was started again.

        Args:
            question: function of the client that may be called twice.

        Raises:
            SearchError: if the server does not answer or refuses, or the store cannot go on.
        """
        client = self._client
        try:
            with self._in_sentences():
                return question(client)
        except StoreUnreachableError:
            self._reconnect(client)
        with self._in_sentences():
            return question(self._client)

    def _connected(self) -> Any:
        from pymilvus import MilvusClient

        # What fails is raised; and the import sets a level of its own.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        with self._in_sentences():
            return MilvusClient(
                self._address,
                token=self.place.token,
                timeout=SECONDS,
                dedicated=True,
                grpc_options=_CHANNEL,
            )

    def _reconnect(self, failed: Any) -> None:
        """Replace a client that failed, unless another thread has done so."""
        with self._lock:
            if self._client is failed:
                self._client = self._connected()

    def _release(self) -> None:
        if self._path is not None:
            _left(self._path)
            self._path = None

    @contextmanager
    def _in_sentences(self) -> Iterator[None]:
        """Turn what the client raises into a sentence.

        Raises:
            SearchError: if the server does not answer or refuses, or the store cannot go on.
        """
        from grpc import FutureTimeoutError, RpcError
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except (MilvusException, RpcError, FutureTimeoutError, ValueError) as error:
            if self._path is not None:
                _engines[self._path].has_failed = True  # its files may be cut off
            raise self._sentence(error) from error

    def _sentence(self, error: Exception) -> SearchError:
        text = str(getattr(error, "message", "") or error)
        low, where = text.lower(), self.place.in_words
        if "no space left" in low or "disk quota" in low or _is_full(self._path):
            return _full(where)
        if "auth" in low or "permission" in low or _is_refusal(error):
            return SearchError(
                f"The server {where} refuses the user or the token; give others.",
                for_visitors="The server of the collection refuses the app's token.",
            )
        unreachable = ("connect", "unavailable", "deadline", "timed out", "timeout", "retry")
        if any(word in low for word in unreachable) or isinstance(error, ValueError):
            return StoreUnreachableError(
                f"The server {where} does not answer; start it, or give another address.",
                for_visitors="The server of the collection does not answer; try again later.",
            )
        return SearchError(
            f"The collection in {where} cannot be used ({text.splitlines()[0][:200]}); "
            "drop it and index the photos again.",
            for_visitors="The collection cannot be used; the operator must index it again.",
        )

    def names(self) -> list[str]:
        """Return the names of our collections, in order."""
        every = self.ask(lambda client: client.list_collections(timeout=SECONDS))
        return sorted(name[len(PREFIX) :] for name in every if name.startswith(PREFIX))

    def create(self, name: str, about: About) -> None:
        """Create an empty collection."""
        self.ask(lambda client: _create(client, PREFIX + name, about))

    def about(self, name: str) -> About:
        """Return what a collection says of itself.

        Raises:
            SearchError: if it says nothing that can be understood.
        """
        found = self.ask(lambda client: client.describe_collection(PREFIX + name, timeout=SECONDS))
        # The engine in the process keeps properties only; a server keeps the description for sure.
        text = (found.get("properties") or {}).get(_PROPERTIES) or found.get("description")
        try:
            facts = json.loads(text)
            space = VectorSpace.from_text(facts["space"])
            return About(space, str(facts["folder"]), IndexKind(facts["index"]))
        except (ValueError, TypeError, KeyError) as error:
            raise SearchError(
                f"The collection {name!r} does not say how it was made; drop it and index again."
            ) from error

    def drop(self, name: str) -> None:
        """Remove a collection with all its rows."""
        self.ask(lambda client: client.drop_collection(PREFIX + name, timeout=SECONDS))


@dataclass(frozen=True, eq=False)
class MilvusStore:
    """The rows of a collection in Milvus; see `explorer.search.collection.Store`.

    Attributes:
        milvus: connection, which stays open as long as the store is used.
        name: name of the collection.
        index: how it is searched.
    """

    milvus: Milvus
    name: str
    index: IndexKind = IndexKind.FLAT
    _writing: Lock = field(default_factory=Lock, repr=False)

    def rows(self) -> tuple[Row, ...]:
        """Return all photos, in the order of their names."""
        found = [_row(record) for record in self.milvus.ask(self._records)]
        return tuple(sorted(found, key=lambda row: (row.name, row.id)))

    def vectors(self, ids: Sequence[str]) -> Map:
        """Return vectors of photos; see `Store.vectors`."""
        found: dict[str, Map] = {}
        for start in range(0, len(ids), BATCH):
            part = list(ids[start : start + BATCH])
            hits = self.milvus.ask(partial(self._with_vectors, part))
            found |= {hit["id"]: np.asarray(hit["vector"], np.float32) for hit in hits}
        if not found.keys() >= set(ids):
            raise SearchError("A photo is no longer in the collection; search again without it.")
        return np.stack([found[one] for one in ids]) if ids else np.zeros((0, 0), np.float32)

    def search(self, vector: Map, limit: int, where: Where = EVERYWHERE) -> tuple[Match, ...]:
        """Return the closest photos; see `Store.search`."""
        wanted = limit + _MARGIN
        while True:
            hits = self._hits(vector, wanted, where)
            closer = [hit["distance"] for hit in hits]
            if len(hits) < wanted or wanted == MOST_HITS or _ends(closer, limit):
                break
            wanted = min(4 * wanted, MOST_HITS)  # as many as are as close as the last
        if not hits:
            return ()
        found = np.asarray([hit["entity"]["vector"] for hit in hits], np.float32)
        return ranked([_row(hit["entity"]) for hit in hits], found, vector, limit)

    def put(self, rows: Sequence[Row], vectors: Map) -> None:
        """Add or replace photos; see `Store.put`."""
        records = list(map(_record, rows, vectors))
        with self._writing:
            self.milvus.ask(partial(self._upsert, records))

    def remove(self, ids: Iterable[str]) -> None:
        """Remove photos; see `Store.remove`."""
        gone = list(ids)
        with self._writing:
            self.milvus.ask(partial(self._delete, gone))

    @property
    def _called(self) -> str:
        return PREFIX + self.name

    def _load(self, client: Any) -> None:
        """Load the collection, which a server that was started again has not done."""
        client.load_collection(self._called, timeout=SECONDS)

    def _records(self, client: Any) -> list[dict[str, Any]]:
        self._load(client)
        found: list[dict[str, Any]] = []
        batches = client.query_iterator(
            self._called, batch_size=5_000, output_fields=_FIELDS, timeout=SECONDS
        )
        while batch := batches.next():
            found += batch
        batches.close()
        return found

    def _with_vectors(self, ids: list[str], client: Any) -> list[dict[str, Any]]:
        self._load(client)
        return list(
            client.get(self._called, ids=ids, output_fields=["id", "vector"], timeout=SECONDS)
        )

    def _upsert(self, records: list[dict[str, Any]], client: Any) -> None:
        for start in range(0, len(records), BATCH):
            client.upsert(self._called, records[start : start + BATCH], timeout=WRITING_SECONDS)
        client.flush(self._called, timeout=WRITING_SECONDS)

    def _delete(self, ids: list[str], client: Any) -> None:
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            client.delete(self._called, ids=part, timeout=WRITING_SECONDS)
        client.flush(self._called, timeout=WRITING_SECONDS)

    def _hits(self, vector: Map, limit: int, where: Where) -> list[dict[str, Any]]:
        def question(client: Any) -> list[dict[str, Any]]:
            self._load(client)
            (hits,) = client.search(
                self._called,
                data=[vector],
                limit=limit,
                filter=_expression(where),
                output_fields=[*_FIELDS, "vector"],
                search_params={"params": _searched_with(self.index, limit)},
                timeout=SECONDS,
            )
            return list(hits)

        return self.milvus.ask(question)


def _create(client: Any, name: str, about: About) -> None:
    from pymilvus import DataType

    facts = json.dumps({"space": about.space.text, "folder": about.folder, "index": about.index})
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False, description=facts)
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    for text, length in (("name", 8_192), ("category", 2_048), ("digest", 64), ("content", 64)):
        schema.add_field(text, DataType.VARCHAR, max_length=length)
    for number in ("size", "modified_ns"):
        schema.add_field(number, DataType.INT64)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=about.space.dimension)
    indexes = client.prepare_index_params()
    indexes.add_index(
        "vector", index_type=about.index, metric_type="COSINE", params=_BUILT_WITH[about.index]
    )
    client.create_collection(
        name,
        schema=schema,
        index_params=indexes,
        consistency_level="Strong",
        properties={_PROPERTIES: facts},
        timeout=SECONDS,
    )


def _ends(similarities: list[float], limit: int) -> bool:
    """Whether the last candidate is farther than the last that is wanted."""
    return similarities[-1] < similarities[limit - 1] - ROUNDING


def _searched_with(index: IndexKind, limit: int) -> dict[str, int]:
    if index is IndexKind.HNSW:
        return {"ef": max(128, 2 * limit)}
    return {"nprobe": 16} if index is IndexKind.IVF else {}


def _expression(where: Where) -> str:
    """Return a filter in Milvus's language."""
    parts = []
    if where.categories:
        parts.append(f"category in {_quoted(where.categories)}")
    if where.folder:
        inside = where.folder.rstrip("/")
        # Not LIKE, in which % and _ mean something: "0" is the character after "/".
        parts.append(f"name >= {_quoted(inside + '/')} and name < {_quoted(inside + '0')}")
    if where.without:
        parts.append(f"id not in {_quoted(where.without)}")
    return " and ".join(parts)


def _quoted(value: str | tuple[str, ...]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _record(row: Row, vector: Map) -> dict[str, Any]:
    facts = row.file or FileFacts(-1, 0, "")
    return {
        "id": row.id,
        "name": row.name,
        "category": row.category,
        "digest": row.digest,
        "size": facts.size,
        "modified_ns": facts.modified_ns,
        "content": facts.content,
        "vector": vector,
    }


def _row(record: dict[str, Any]) -> Row:
    facts = FileFacts(record["size"], record["modified_ns"], record["content"])
    return Row(
        record["id"],
        record["name"],
        record["category"],
        record["digest"],
        facts if facts.size >= 0 else None,
    )


def _started(path: Path) -> str:
    """Start the engine on a folder, unless this process runs it already; return its address."""
    with _lock:
        if path not in _engines:
            _engines[path] = _start(path)
        _engines[path].users += 1
        return _engines[path].address


def _start(path: Path) -> _Engine:
    try:
        from milvus_lite import DataDirLockedError
        from milvus_lite.adapter.grpc.server import start_server_in_thread
    except ImportError as error:
        raise SearchError(
            "The engine for collections in a folder is not installed here; give a server by "
            "--store, or install milvus-lite."
        ) from error
    try:
        server, database, port = start_server_in_thread(str(path), "127.0.0.1", 0)
    except DataDirLockedError as error:
        raise CollectionInUseError(
            f"Another process has the collection {path} open; close it there, and try again.",
            for_visitors="Another process has the collection open; try again later.",
        ) from error
    except Exception as error:  # whatever its parsers raise on damaged files
        if _is_full(path):
            raise _full(str(path)) from error
        raise SearchError(
            f"The collection {path} cannot be opened ({str(error).splitlines()[0][:200]}); "
            "drop it and index the photos again.",
            for_visitors="The collection cannot be opened; the operator must index it again.",
        ) from error
    return _Engine(server, database, f"http://127.0.0.1:{port}", _marked(path))


def _marked(path: Path) -> Path:
    """Mark a folder that this process holds as open, and repair what one that was killed left.

    The engine writes an index in place, so that a kill or a full disk leaves a part of one, which
    it cannot open again. Indexes follow from the rows: it builds those that are missing at the next
    load.
    """
    marker = path / _OPEN
    if marker.exists():
        for part in path.rglob("*.idx"):
            part.unlink()
    with suppress(OSError):  # of a full disk, which the first row that is written reports
        marker.touch()
    return marker


def _is_refusal(error: BaseException) -> bool:
    """Whether a server refused who asked; the client hides it behind a failure to connect."""
    from grpc import RpcError, StatusCode

    cause = error if isinstance(error, RpcError) else error.__cause__
    refusals = (StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED)
    return isinstance(cause, RpcError) and cause.code() in refusals


def _is_full(path: Path | None) -> bool:
    """Whether a disk has no room for another file; what fails on it fails in many words."""
    if path is None:
        return False
    place = next((one for one in (path, *path.parents) if one.exists()), path)
    return shutil.disk_usage(place).free < LEAST_FREE


def _full(where: str) -> SearchError:
    return SearchError(
        f"The disk of {where} is full; make room, and do it again.",
        for_visitors="The disk of the collection is full; the operator must make room.",
    )


def _left(path: Path) -> None:
    with _lock:
        engine = _engines[path]
        engine.users -= 1
        if not engine.users:
            _stop(_engines.pop(path))


def _stop(engine: _Engine) -> None:
    engine.server.stop(grace=2).wait()
    engine.database.close()
    if not engine.has_failed:
        engine.marker.unlink(missing_ok=True)


@atexit.register
def _stop_all() -> None:
    with _lock:
        while _engines:
            _stop(_engines.popitem()[1])
