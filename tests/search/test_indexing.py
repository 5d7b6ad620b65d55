import os
from pathlib import Path

import numpy as np
import pytest

from explorer import read_image
from explorer.errors import SearchError
from explorer.search import indexing
from explorer.search.collection import Collection
from explorer.search.embedding import embed
from explorer.search.indexing import IndexProgress, IndexReport, index_folder
from indexed_photos import empty_collection, photo_at, photo_folder
from tiny_teaching import tiny_network


def run(folder: Path, collection: Collection) -> tuple[IndexReport, list[IndexProgress]]:
    steps, seen = index_folder(tiny_network(), folder, collection, batch=4), []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def names(collection: Collection) -> list[str]:
    return [row.name for row in collection.rows]


def test_a_folder_becomes_rows_with_the_vectors_of_its_photos(tmp_path: Path) -> None:
    folder, collection = photo_folder(tmp_path), empty_collection()
    report, seen = run(folder, collection)
    assert (report.new, report.changed, report.unchanged, report.removed) == (6, 0, 0, 0)
    assert [step.done for step in seen] == [4, 6]
    assert seen[0].total == 6
    assert seen[0].seconds_left > 0
    assert seen[1].seconds_left == 0
    assert names(collection)[:2] == ["cat/000.png", "cat/002.png"]
    assert collection.rows[0].category == "cat"
    expected = embed(tiny_network(), [read_image(folder / row.name) for row in collection.rows])
    stored = collection.store.vectors([row.id for row in collection.rows])
    np.testing.assert_allclose(stored, expected, atol=1e-5)


def test_what_is_up_to_date_is_not_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, collection = photo_folder(tmp_path), empty_collection()
    run(folder, collection)
    monkeypatch.setattr(indexing, "read_image", lambda path: pytest.fail(f"{path} is opened"))
    report, seen = run(folder, collection)
    assert (report.new, report.unchanged, seen) == (0, 6, [])
    os.utime(folder / "cat" / "000.png", (1, 1))  # touched, but of the same content
    report, _ = run(folder, collection)
    assert (report.changed, report.unchanged) == (0, 6)
    (folder / "cat" / "000.png").rename(folder / "moved.png")
    report, _ = run(folder, collection)
    assert (report.new, report.removed) == (1, 1)


def test_new_changed_and_deleted_files_are_followed(tmp_path: Path) -> None:
    folder, collection = photo_folder(tmp_path), empty_collection()
    run(folder, collection)
    photo_at(folder / "dog" / "new.png", 90)
    photo_at(folder / "cat" / "000.png", 91)
    (folder / "dog" / "001.png").unlink()
    report, _ = run(folder, collection)
    assert (report.new, report.changed, report.unchanged, report.removed) == (1, 1, 4, 1)
    assert "dog/001.png" not in names(collection)
    fresh = empty_collection()
    run(folder, fresh)
    ids = [row.id for row in fresh.rows]
    assert collection.rows == fresh.rows
    np.testing.assert_allclose(collection.store.vectors(ids), fresh.store.vectors(ids), atol=1e-6)


def test_copies_are_known_and_unreadable_files_listed(tmp_path: Path) -> None:
    folder, collection = photo_folder(tmp_path), empty_collection()
    (folder / "copy.png").write_bytes((folder / "cat" / "000.png").read_bytes())
    (folder / "empty.jpg").touch()
    (folder / "text.jpg").write_text("no photo")
    photo_at(folder / "renamed.dat", 50)
    (folder / "notes.txt").write_text("no photo either")
    report, _ = run(folder, collection)
    assert report.duplicates == (("copy.png", "cat/000.png"),)
    assert [path.name for path, _ in report.unreadable] == ["empty.jpg", "text.jpg"]
    assert all(reason.count(".") >= 1 for _, reason in report.unreadable)
    assert "renamed.dat" in names(collection)
    assert len(collection.rows) == 8


def test_a_photo_that_was_damaged_leaves_the_collection(tmp_path: Path) -> None:
    folder, collection = photo_folder(tmp_path), empty_collection()
    run(folder, collection)
    (folder / "cat" / "000.png").write_bytes(b"")
    report, _ = run(folder, collection)
    assert (report.removed, len(report.unreadable), len(collection.rows)) == (1, 1, 5)


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    folder, collection = photo_folder(tmp_path / "photos"), empty_collection()
    run(folder, collection)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SearchError, match="holds no photo"):
        run(tmp_path / "empty", collection)
    assert len(collection.rows) == 6


def test_indexing_that_ends_between_batches_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "WRITTEN_AT_ONCE", 4)
    folder, collection = photo_folder(tmp_path, 12), empty_collection()
    steps = index_folder(tiny_network(), folder, collection, batch=4)
    next(steps)
    next(steps)
    steps.close()
    assert len(collection.rows) == 4
    report, _ = run(folder, collection)
    assert (report.new, report.unchanged) == (8, 4)


def test_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="other weights"):
        next(index_folder(tiny_network(seed=1), photo_folder(tmp_path), empty_collection()))
