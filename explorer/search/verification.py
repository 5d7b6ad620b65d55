"""Whether a collection is whole: its vectors, its photos on the disk, and what its index misses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.search.collection import Collection
from explorer.search.folder_scan import scan
from explorer.search.index_recall import IndexRecall, measure_recall

OFF = 1e-3  # of a vector's length from 1: float32 keeps it to 1e-6


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes:
        photos: number of photos in the collection.
        outdated: number of files that are new, have changed since it was indexed, or
            could not be read then.
        gone: number of photos whose file is gone.
        broken: number of vectors that are no unit vectors, and not 0.
        recall: how its store compares with exact search; None if it is empty.
    """

    photos: int
    outdated: int
    gone: int
    broken: int
    recall: IndexRecall | None

    @property
    def well(self) -> bool:
        """Whether nothing needs to be indexed again."""
        return not (self.outdated or self.gone or self.broken)


def verify(collection: Collection) -> Verification:
    """Compare a collection with its folder, and its store with exact search.

    Raises:
        SearchError: if the folder or the store cannot be read.
    """
    rows = collection.rows
    lengths = np.linalg.norm(collection.store.vectors([row.id for row in rows]), axis=-1)
    broken = int((~((np.abs(lengths - 1) < OFF) | (lengths == 0))).sum()) if rows else 0
    outdated, gone = _differences(collection)
    recall = measure_recall(collection.store) if rows else None
    return Verification(len(rows), outdated, gone, broken, recall)


def _differences(collection: Collection) -> tuple[int, int]:
    """Return how many files are not in the collection as they are, and how many are gone."""
    if collection.folder is None:
        return 0, 0
    files = {file.name: (file.size, file.modified_ns) for file in scan(collection.folder).files}
    known = {row.name: row.file and (row.file.size, row.file.modified_ns)
             for row in collection.rows}  # fmt: skip
    outdated = sum(known.get(name) != facts for name, facts in files.items())
    return outdated, len(known.keys() - files.keys())
