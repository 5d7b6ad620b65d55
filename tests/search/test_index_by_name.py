"""From Python: a folder becomes a collection that stays, even if the process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import read_image, search
from explorer.errors import SearchError
from indexed_photos import photo_folder
from tiny_teaching import tiny_network

KILLED = """
import os, signal, sys
from explorer import search
from explorer.search import indexing
from tiny_teaching import tiny_network
indexing.WRITTEN_AT_ONCE = 8
def watch(step):
    if step.done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
search.index(sys.argv[1], "pets", tiny_network(), store=sys.argv[2], batch=8, watch=watch)
"""


def test_a_folder_is_indexed_and_a_photo_of_it_found(tmp_path: Path) -> None:
    folder, store = photo_folder(tmp_path / "photos"), tmp_path / "store"
    steps: list[int] = []
    report = search.index(
        folder, "pets", tiny_network(), store=store, watch=lambda step: steps.append(step.done)
    )
    assert (report.new, steps) == (6, [6])
    with search.open_collection("pets", store) as pets:
        query = search.embed(tiny_network(), [read_image(folder / "dog/003.png")], pets.space)[0]
        best = pets.search(query, 3)[0]
        assert best.row.name == "dog/003.png"
        assert best.similarity == pytest.approx(1)
    assert search.index(folder, "pets", tiny_network(), store=store).unchanged == 6


def test_a_kill_while_indexing_loses_nothing_written_and_writes_nothing_twice(
    tmp_path: Path,
) -> None:
    folder, store = photo_folder(tmp_path / "photos", 40), tmp_path / "store"
    kept = 0
    for kill_at in (24, 16):  # in the third and the second batch of the run
        arguments = [sys.executable, "-c", KILLED, str(folder), str(store), str(kill_at)]
        done = subprocess.run(
            arguments,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(["tests", *sys.path])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        kept += kill_at - 8
        with search.open_collection("pets", store) as pets:
            assert len(pets.rows) == kept
    report = search.index(folder, "pets", tiny_network(), store=store)
    assert (report.unchanged, report.new) == (kept, 40 - kept)
    with search.open_collection("pets", store) as pets:
        assert [row.name for row in pets.rows] == sorted(
            f"{('cat', 'dog')[at % 2]}/{at:03}.png" for at in range(40)
        )
        assert pets.store.vectors([row.id for row in pets.rows]).shape == (40, 32)


def test_a_full_disk_is_one_sentence_and_what_was_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, store = photo_folder(tmp_path / "photos"), tmp_path / "store"
    search.index(folder, "pets", tiny_network(), store=store)
    photo_folder(folder, 12)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("milvus_lite.storage.wal.WAL.write_insert", full)
        with pytest.raises(SearchError, match="is full; make room"):
            search.index(folder, "pets", tiny_network(), store=store)
    assert search.index(folder, "pets", tiny_network(), store=store).photos == 12
