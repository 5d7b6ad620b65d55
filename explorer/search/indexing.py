"""Bring a collection up to date with a folder: embed what is new or changed, remove what is gone.

Rows are written batch by batch, under ids that follow from the photos' names. A process that is
killed loses the batch it worked on, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.errors import ImageError, SearchError
from explorer.features.extraction import BATCH
from explorer.features.identity import photo_digest
from explorer.networks.network import Network
from explorer.photos.reading import read_image
from explorer.search.collection import Collection, FileFacts, Row, Store
from explorer.search.embedding import embed
from explorer.search.folder_scan import FoundFile, Scan, content_digest, scan
from explorer.search.vector_space import check_network

WRITTEN_AT_ONCE = 8 * BATCH  # photos that a kill may cost


@dataclass(frozen=True)
class IndexProgress:
    """How far indexing is.

    Attributes:
        done: number of photos that are done, unchanged ones left out.
        total: number of photos to do.
        seconds: time since the first of them.
    """

    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Photos per second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """Time that the rest takes at this rate; 0 if nothing is left or known."""
        return (self.total - self.done) / self.rate if self.rate else 0.0


@dataclass(frozen=True)
class IndexReport:
    """What indexing did.

    Attributes:
        new: number of photos that were added.
        changed: number of photos whose content had changed.
        unchanged: number of photos that were up to date.
        removed: number of photos that are gone from the folder.
        duplicates: names of photos whose content is that of another, each with the other's name.
        unreadable: files and folders that could not be read, each with the reason.
        seconds: time that it took.
    """

    new: int
    changed: int
    unchanged: int
    removed: int
    duplicates: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[Path, str], ...]
    seconds: float

    @property
    def photos(self) -> int:
        """The number of photos in the collection."""
        return self.new + self.changed + self.unchanged


def index_folder(
    network: Network, folder: Path, collection: Collection, batch: int = BATCH
) -> Generator[IndexProgress, None, IndexReport]:
    """Bring a collection up to date with a folder; it can be ended between batches.

    Args:
        network: network that the collection's vectors are of; only read.
        folder: folder of the photos, which may have folders in it.
        collection: the collection; its store is written to.
        batch: number of photos in one forward pass.

    Yields:
        How far it is, after each batch.

    Raises:
        SearchError: if the folder cannot be read or holds no photo, the network does not fit, or
            the store cannot be written.
    """
    check_network(collection.space, network)
    started = time.monotonic()
    found = scan(folder)
    if not found.files:
        raise SearchError(
            f"{folder} holds no photo; give a folder with photos in it, or in folders below.",
            for_visitors="The folder holds no photo.",
        )
    work = _Work(network, collection, batch, {row.name: row for row in collection.rows})
    outdated = [file for file in found.files if not work.is_current(file)]
    done, since = 0, time.monotonic()
    for start in range(0, len(outdated), WRITTEN_AT_ONCE):
        part = outdated[start : start + WRITTEN_AT_ONCE]
        for count in work.write(part):
            done += count
            yield IndexProgress(done, len(outdated), time.monotonic() - since)
    removed = work.remove_gone(found)
    return work.report(found, removed, time.monotonic() - started)


@dataclass
class _Work:
    """A run of indexing.

    Attributes:
        network: the network.
        collection: the collection.
        batch: number of photos in one forward pass.
        known: name -> row of what is in the collection.
        names: digest of a content -> name of the photo that has it.
        new: number of photos that were added.
        changed: number of photos whose content had changed.
        unreadable: files that could not be read, each with the reason.
    """

    network: Network
    collection: Collection
    batch: int
    known: dict[str, Row]
    names: dict[str, str] = field(init=False)
    new: int = 0
    changed: int = 0
    unreadable: list[tuple[Path, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = {row.file.content: row.name for row in self.known.values() if row.file}

    @property
    def store(self) -> Store:
        return self.collection.store

    def is_current(self, file: FoundFile) -> bool:
        row = self.known.get(file.name)
        facts = row.file if row else None
        return facts is not None and (facts.size, facts.modified_ns) == (
            file.size,
            file.modified_ns,
        )

    def write(self, files: list[FoundFile]) -> Iterator[int]:
        """Embed some files and write them at once; yield how many each step has done."""
        rows: list[Row] = []
        vectors: list[Map] = []
        for start in range(0, len(files), self.batch):
            part = files[start : start + self.batch]
            for row, vector in self._embedded(part, rows, vectors):
                rows.append(row)
                vectors.append(vector)
            yield len(part)
        if rows:
            self.store.put(rows, np.stack(vectors))
        for row in rows:
            self._note(row)

    def remove_gone(self, found: Scan) -> int:
        """Remove what is no longer in the folder; what could not be looked at stays."""
        failed = {path for path, _ in self.unreadable}
        here = {file.name for file in found.files if file.path not in failed}
        unseen = tuple(f"{name}/" for name in found.unseen)
        gone = [
            row
            for name, row in self.known.items()
            if name not in here and not name.startswith(unseen)
        ]
        if gone:
            self.store.remove([row.id for row in gone])
        for row in gone:
            del self.known[row.name]
        return len(gone)

    def report(self, found: Scan, removed: int, seconds: float) -> IndexReport:
        return IndexReport(
            new=self.new,
            changed=self.changed,
            unchanged=len(self.known) - self.new - self.changed,
            removed=removed,
            duplicates=tuple(_duplicates(self.known)),
            unreadable=(*found.left_out, *self.unreadable),
            seconds=seconds,
        )

    def _note(self, row: Row) -> None:
        old = self.known.get(row.name)
        if old is None:
            self.new += 1
        elif old.file is None or row.file is None or old.file.content != row.file.content:
            self.changed += 1
        self.known[row.name] = row
        if row.file is not None:
            self.names.setdefault(row.file.content, row.name)

    def _embedded(
        self, files: list[FoundFile], rows: list[Row], vectors: list[Map]
    ) -> Iterator[tuple[Row, Map]]:
        """Yield rows with their vectors; the same content is not looked at twice."""
        pending = {row.file.content: at for at, row in enumerate(rows) if row.file}
        fresh: list[Row] = []
        images: list[Image.Image] = []
        for file in files:
            row = self._row(file)
            if row is None or row.file is None:
                continue
            stored = self._stored(row.file.content)
            if stored is not None:
                yield replace(row, digest=stored[0].digest), stored[1]
            elif row.file.content in pending:
                at = pending[row.file.content]
                yield replace(row, digest=rows[at].digest), vectors[at]
            else:
                image = self._image(file)
                if image is not None:
                    images.append(image)
                    fresh.append(replace(row, digest=photo_digest(image)))
        digests = [row.digest for row in fresh]
        found = embed(
            self.network, images, self.collection.space, digests=digests, batch=self.batch
        )
        yield from zip(fresh, found, strict=True)

    def _stored(self, content: str) -> tuple[Row, Map] | None:
        row = self.known.get(self.names.get(content, ""))
        if row is None or row.file is None or row.file.content != content:
            return None
        return row, self.store.vectors([row.id])[0]

    def _row(self, file: FoundFile) -> Row | None:
        """Return the row of a file, without the digest of its pixels; None if it is unreadable."""
        try:
            content = content_digest(file.path)
        except OSError as error:
            self.unreadable.append((file.path, f"This file cannot be read ({error.strerror})."))
            return None
        return Row.of(file.name, file=FileFacts(file.size, file.modified_ns, content))

    def _image(self, file: FoundFile) -> Image.Image | None:
        try:
            return read_image(file.path)
        except ImageError as error:
            self.unreadable.append((file.path, str(error)))
            return None


def _duplicates(rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """Yield the photos whose content another one before them has, too."""
    first: dict[str, str] = {}
    for name in sorted(rows):
        facts = rows[name].file
        if facts is not None and first.setdefault(facts.content, name) != name:
            yield name, first[facts.content]
