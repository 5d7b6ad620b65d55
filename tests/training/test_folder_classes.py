"""Which class a folder means: explorer/training/folder_classes.py."""

from __future__ import annotations

import pytest

from explorer.errors import DataError
from explorer.training.folder_classes import classes_of_folders


def nameless(count: int) -> tuple[str, ...]:
    return tuple(f"class {index}" for index in range(count))


def test_names_come_first_and_missing_classes_are_said() -> None:
    labels = ("cat", "dog", "red panda")
    found = classes_of_folders(["Dog", "red_panda"], labels)
    assert found.indices == (1, 2)
    assert found.notes == ("1 of 3 classes have no folder here: 'cat'.",)
    assert classes_of_folders(["cat", "dog", "red panda"], labels).notes == ()


def test_numbers_that_are_labels_keep_their_identity() -> None:
    labels = tuple(sorted(map(str, range(12))))
    found = classes_of_folders(labels, labels)
    assert found.indices == tuple(range(12))
    assert "folder 9 is output 11" in found.notes[0]
    assert classes_of_folders(["0", "1"], ("0", "1")).notes == ()


@pytest.mark.parametrize("folders", [sorted(map(str, range(12))), ["0", "10", "2"]])
def test_numbers_without_names_have_the_order_of_imagefolder(folders: list[str]) -> None:
    order = sorted(map(str, range(12)))
    found = classes_of_folders(folders, nameless(12))
    assert found.indices == tuple(map(order.index, folders))
    assert "sorts them, as text: '0', '1', '10', '11', '2' and 7 more" in found.notes[0]


def test_numbers_with_leading_zeros_or_from_one_are_in_order() -> None:
    assert classes_of_folders(["00", "02", "10"], nameless(12)).indices == (0, 2, 10)
    assert classes_of_folders(["12", "2"], nameless(12)).indices == (3, 4)


def test_folders_that_are_all_classes_of_a_nameless_network_are_taken_in_order() -> None:
    found = classes_of_folders(["cat", "dog"], nameless(2))
    assert found.indices == (0, 1)
    assert "'cat', 'dog'. If that is wrong, name the classes with --labels FILE." in found.notes[0]


def test_numbers_beside_names_are_indices_and_it_is_said() -> None:
    found = classes_of_folders(["0", "2"], ("tench", "goldfish", "shark"))
    assert found.indices == (0, 2)
    assert "indices of the network's outputs: folder 0 is 'tench'" in found.notes[0]


@pytest.mark.parametrize(
    ("folders", "labels", "words"),
    [
        (["cat", "wolf"], ("cat", "dog"), "'wolf' is none of the 2 classes"),
        (["0", "7"], ("cat", "dog"), "'0', '7' are none of the 2 classes"),
        (["crane", "dog"], ("crane", "dog", "crane"), "several classes of these weights"),
        (["cat", "dog"], nameless(3), "too few to tell"),
        (["3", "4"], nameless(12), "too few to tell"),
    ],
)
def test_a_folder_that_means_no_class_is_named_with_a_way_on(
    folders: list[str], labels: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        classes_of_folders(folders, labels)
