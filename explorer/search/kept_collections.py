"""Collections that stay: create, open, list and drop them by name."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from explorer.errors import CollectionInUseError, SearchError
from explorer.search.collection import Collection
from explorer.search.milvus_store import About, IndexKind, Milvus, MilvusStore
from explorer.search.store_place import SUFFIX, StorePlace, check_name, store_place
from explorer.search.vector_space import VectorSpace


@dataclass(frozen=True, eq=False)
class KeptCollection(Collection):
    """A collection in Milvus; close it, or use it as a context.

    Attributes:
        milvus: connection to its store.
        index: how it is searched.
    """

    milvus: Milvus | None = None
    index: IndexKind = IndexKind.FLAT

    def __enter__(self) -> KeptCollection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; another process can open it then."""
        if self.milvus is not None:
            self.milvus.close()


def open_collection(
    name: str, store: str | os.PathLike[str] | None = None, token: str = ""
) -> KeptCollection:
    """Open a collection that was indexed before.

    Args:
        name: its name.
        store: address of a server, or a folder; None for the reader's own.
        token: "user:password" or an API key of the server.

    Raises:
        RequestError: if there can be no such collection or store.
        SearchError: if there is none, it is damaged or in use, or the server does not answer.
    """
    place = store_place(store, token)
    milvus = _connected(place, check_name(name))
    try:
        if name not in milvus.names():
            raise _missing(name, place)
        about = milvus.about(name)
    except SearchError:
        milvus.close()
        raise
    return _opened(name, milvus, about)


def create_or_open(
    name: str, place: StorePlace, space: VectorSpace, folder: Path, index: IndexKind | None
) -> KeptCollection:
    """Open a collection to write to it, and create it if there is none.

    Args:
        name: its name.
        place: where it is kept.
        space: space of the vectors.
        folder: folder of the photos.
        index: how a new one is to be searched; None for FLAT, or as it is.

    Raises:
        SearchError: as `open_collection`, or if it is of another space, folder or index.
    """
    check_name(name)
    _make_folder(place)
    milvus = Milvus(place, place.path_of(name) if place.folder else None)
    try:
        if name not in milvus.names():
            milvus.create(name, About(space, str(folder), index or IndexKind.FLAT))
        about = milvus.about(name)
        about.space.check_query(space)
        _check_same(name, about, folder, index)
    except SearchError:
        milvus.close()
        raise
    return _opened(name, milvus, about)


def names(place: StorePlace) -> tuple[str, ...]:
    """Return the names of all collections in a place, in order.

    Raises:
        SearchError: if the server does not answer.
    """
    if place.folder is None:
        with Milvus(place) as milvus:
            return tuple(milvus.names())
    return tuple(sorted(path.stem for path in place.folder.glob(f"*{SUFFIX}") if path.is_dir()))


def drop(name: str, place: StorePlace) -> None:
    """Remove a collection, even a damaged one; its photos stay.

    Raises:
        SearchError: if there is none, another process has it open, or it cannot be removed.
    """
    if name not in names(place):
        raise _missing(name, place)
    if place.folder is None:
        with Milvus(place) as milvus:
            milvus.drop(name)
        return
    path = place.path_of(name)
    try:
        Milvus(place, path).close()
    except CollectionInUseError:
        raise
    except SearchError:
        pass  # it is damaged, and goes all the same
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise SearchError(
            f"{path} cannot be removed ({error.strerror}); change its permissions.",
            for_visitors="The collection cannot be removed; the operator must do it.",
        ) from error


def _connected(place: StorePlace, name: str) -> Milvus:
    if place.folder is None:
        return Milvus(place)
    path = place.path_of(name)
    if not path.is_dir():
        raise _missing(name, place)
    return Milvus(place, path)


def _opened(name: str, milvus: Milvus, about: About) -> KeptCollection:
    folder = Path(about.folder) if about.folder else None
    store = MilvusStore(milvus, name, about.index)
    return KeptCollection(name, about.space, store, folder, milvus, about.index)


def _make_folder(place: StorePlace) -> None:
    if place.folder is None:
        return
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SearchError(
            f"{place.folder} cannot be a folder of collections ({error.strerror}); "
            "give another by --store."
        ) from error


def _check_same(name: str, about: About, folder: Path, index: IndexKind | None) -> None:
    if about.folder != str(folder):
        raise SearchError(
            f"The collection {name!r} is of the folder {about.folder}; take another name, or drop "
            "it first.",
            for_visitors=f"The collection {name!r} is of another folder; take another name.",
        )
    if index not in (None, about.index):
        raise SearchError(
            f"The collection {name!r} has the index {about.index}; drop it first to get {index}."
        )


def _missing(name: str, place: StorePlace) -> SearchError:
    return SearchError(
        f"There is no collection {name!r} in {place.in_words}; make it with "
        "`resnet-explorer index FOLDER --name NAME`.",
        for_visitors=f"There is no collection {name!r}.",
    )
