"""Tests of the classes that folders of photos name."""

from __future__ import annotations

import pytest

from explorer.errors import DataError
from explorer.transfer.folders_of_photos import check_folders, sorted_into_classes
from explorer.transfer.labelled_photos import Part


def sorted_paths(*paths: str) -> list[tuple[str, Part | None]]:
    found = sorted_into_classes(tuple(path.split("/")) for path in paths)
    return [(name, part) for _, name, part in found]


def test_the_first_folder_that_differs_is_the_class() -> None:
    assert sorted_paths("set/cat/a", "set/dog/b") == [("cat", None), ("dog", None)]
    assert sorted_paths("cat/old/a", "cat/b", "dog/c") == [("cat", None)] * 2 + [("dog", None)]


def test_a_single_folder_is_a_class_and_none_is_none() -> None:
    assert sorted_paths("set/cat/a", "set/cat/b") == [("cat", None)] * 2
    assert sorted_paths("a", "b") == [("", None)] * 2
    assert sorted_paths("a", "cat/b", "dog/c")[0] == ("", None)
    assert sorted_paths() == []


def test_folders_say_what_photos_are_for_only_if_some_are_to_check_with() -> None:
    assert sorted_paths("s/Train/cat/a", "s/val/cat/b", "s/val/dog/c") == [
        ("cat", Part.LEARN),
        ("cat", Part.CHECK),
        ("dog", Part.CHECK),
    ]
    three = sorted_paths("train/cat/a", "val/cat/b", "test/cat/c")
    assert [part for _, part in three] == [Part.LEARN, Part.CHOOSE, Part.CHECK]
    assert sorted_paths("train/cat/a", "train/dog/b") == [("cat", None), ("dog", None)]
    # A class of trains is one: there is another class beside it.
    assert sorted_paths("train/a", "test/b", "cat/c")[0] == ("train", None)


@pytest.mark.parametrize("twin", ["Cat", "cat ", "CAT"])
def test_folders_that_differ_only_in_case_or_spaces_are_refused(twin: str) -> None:
    with pytest.raises(DataError, match="cat"):
        check_folders(["cat", "dog", twin])
    check_folders(["cat", "dog", "cats"])
