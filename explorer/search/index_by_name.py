"""Index a folder into a collection of the reader's, given by its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from explorer.features.extraction import BATCH
from explorer.networks.network import Network
from explorer.photos.geometry import Framing
from explorer.search.indexing import IndexProgress, IndexReport, index_folder
from explorer.search.kept_collections import create_or_open
from explorer.search.milvus_store import IndexKind
from explorer.search.store_place import store_place
from explorer.search.vector_space import VectorKind, vector_space
from explorer.weights.loading import load


def index(
    folder: str | os.PathLike[str],
    name: str,
    network: Network | None = None,
    *,
    block: str | None = None,
    framing: Framing = Framing.CROP,
    kind: VectorKind = VectorKind.POOLED,
    store: str | os.PathLike[str] | None = None,
    token: str = "",
    index: IndexKind | None = None,
    batch: int = BATCH,
    watch: Callable[[IndexProgress], None] | None = None,
) -> IndexReport:
    """Make a collection of the photos in a folder, or bring it up to date.

    Args:
        folder: folder of the photos, which may have folders in it.
        name: name of the collection.
        network: network whose vectors are taken; None for the built-in ResNet-18.
        block: block whose output is pooled; None for the last one, before the head.
        framing: the centre crop, or the whole photo, padded.
        kind: pooled output of the block, or the head's logits.
        store: address of a server, or a folder; None for the reader's own.
        token: "user:password" or an API key of the server.
        index: how a new collection is to be searched; None for FLAT, which compares all.
        batch: number of photos in one forward pass.
        watch: function that is called with the progress after each batch.

    Raises:
        RequestError: if there can be no such collection, store or block.
        SearchError: if the folder holds no photo, the collection was made otherwise, is damaged or
            in use, or the server does not answer.
    """
    network = network or load()
    space, path = vector_space(network, block, framing, kind), Path(folder).resolve()
    place = store_place(store, token)
    with (
        create_or_open(name, place, space, path, index) as collection,
        closing(index_folder(network, path, collection, batch)) as steps,
    ):
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                report: IndexReport = end.value
                return report
            if watch is not None:
                watch(progress)
