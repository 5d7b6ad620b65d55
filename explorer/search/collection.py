"""A collection: photos by name, their vectors in a store, and the search for the closest."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from explorer.array_types import Map
from explorer.errors import RequestError
from explorer.photos.file_names import folder_of
from explorer.search.vector_space import VectorSpace

MOST_MATCHES = 1_000
_ID_BYTES = 16


@dataclass(frozen=True)
class FileFacts:
    """What tells whether a file has changed.

    Attributes:
        size: its size in bytes.
        modified_ns: when it was last written, in nanoseconds since 1970.
        content: digest of its content.
    """

    size: int
    modified_ns: int
    content: str


@dataclass(frozen=True)
class Row:
    """A photo of a collection.

    Attributes:
        id: what identifies it in the store; it follows from the name.
        name: name of the photo, or its path in the collection's folder, with "/" between folders.
        category: what it shows; "" if nobody said so.
        digest: digest of its pixels, by `explorer.features.identity.photo_digest`.
        file: facts about its file; None if it has none.
    """

    id: str
    name: str
    category: str = ""
    digest: str = ""
    file: FileFacts | None = None

    @classmethod
    def of(
        cls,
        name: str,
        category: str | None = None,
        digest: str = "",
        file: FileFacts | None = None,
    ) -> Row:
        """Return a row with the id that follows from its name.

        Args:
            name: name of the photo; two ways to encode the same letters give the same row.
            category: what it shows; None takes the folder that it lies in.
            digest: digest of its pixels.
            file: facts about its file.
        """
        name = unicodedata.normalize("NFC", name)
        return cls(row_id(name), name, folder_of(name) if category is None else category,
                   digest, file)  # fmt: skip


def row_id(name: str) -> str:
    """Return the id of the photo with this name, in hexadecimal."""
    composed = unicodedata.normalize("NFC", name)
    return hashlib.blake2b(composed.encode(), digest_size=_ID_BYTES).hexdigest()


@dataclass(frozen=True)
class Match:
    """A photo that was found.

    Attributes:
        row: the photo.
        similarity: cosine of its vector and the query, from -1 to 1.
    """

    row: Row
    similarity: float


@dataclass(frozen=True)
class Where:
    """Which photos are searched; by default all.

    Attributes:
        categories: only photos of these categories; () for all.
        folder: only photos in this folder or below it; "" for all.
        without: ids of photos to leave out, such as the query itself.
    """

    categories: tuple[str, ...] = ()
    folder: str = ""
    without: tuple[str, ...] = ()

    def admits(self, row: Row) -> bool:
        """Whether a photo is searched."""
        inside = not self.folder or row.name.startswith(self.folder.rstrip("/") + "/")
        of_category = not self.categories or row.category in self.categories
        return inside and of_category and row.id not in self.without


EVERYWHERE = Where()


class Store(Protocol):
    """Where the vectors of a collection are: in memory, or in Milvus."""

    def rows(self) -> tuple[Row, ...]:
        """Return all photos, in the order of their names."""
        ...

    def vectors(self, ids: Sequence[str]) -> Map:
        """Return the vectors of some photos, shape (N, C), in the order of the ids.

        Raises:
            SearchError: if one of them is not there.
        """
        ...

    def search(self, vector: Map, limit: int, where: Where = EVERYWHERE) -> tuple[Match, ...]:
        """Return the closest photos, the closest first; of equally close ones by id.

        Args:
            vector: the query, a unit vector, shape (C,).
            limit: number of photos at most.
            where: which photos are searched.
        """
        ...

    def put(self, rows: Sequence[Row], vectors: Map) -> None:
        """Add photos, or replace those of the same id; it is kept when this returns.

        Args:
            rows: the photos.
            vectors: their unit vectors, shape (N, C).
        """
        ...

    def remove(self, ids: Iterable[str]) -> None:
        """Remove photos; ids that are not there are ignored."""
        ...


@dataclass(frozen=True, eq=False)
class Collection:
    """Photos that can be searched.

    Attributes:
        name: name for people.
        space: space of the vectors.
        store: where they are.
        folder: folder that the names of the photos are relative to; None if they are no files.
    """

    name: str
    space: VectorSpace
    store: Store = field(repr=False)
    folder: Path | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All photos, in the order of their names."""
        return self.store.rows()

    def search(self, vector: Map, limit: int, where: Where = EVERYWHERE) -> tuple[Match, ...]:
        """Return the closest photos, the closest first; of equally close ones by id.

        Args:
            vector: the query, a unit vector of the collection's space, shape (C,).
            limit: number of photos at most, from 1 to `MOST_MATCHES`.
            where: which photos are searched.

        Raises:
            RequestError: if the limit or the vector's size does not fit.
            SearchError: if the store cannot be reached or is damaged.
        """
        if not 1 <= limit <= MOST_MATCHES:
            raise RequestError(
                f"{limit} photos cannot be looked for; ask for 1 to {MOST_MATCHES:,}."
            )
        if vector.shape != (self.space.dimension,):
            raise RequestError(
                f"A query of this collection has {self.space.dimension} numbers, not "
                f"{vector.size}; embed it with {self.space.in_words}."
            )
        return self.store.search(vector, limit, where)
