"""Names of categories on different systems: explorer/photos/category_names.py."""

from __future__ import annotations

import unicodedata

import pytest

from explorer.errors import DataError
from explorer.photos.category_names import are_numbers, classes_named, labels_of, named, order_note

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "blé") for form in ("NFC", "NFD"))


def test_labels_are_written_as_people_do_and_stay_in_order() -> None:
    assert labels_of(["green_tree", "b", "red "]) == ("green tree", "b", "red")
    assert labels_of([DECOMPOSED, "___"]) == (COMPOSED, "___")
    assert labels_of(["Red", "red", "RED_car"]) == ("Red", "red", "RED car")


def test_underscores_stay_where_they_tell_two_folders_apart() -> None:
    labels = labels_of(["red car", "red_car", "blue_car"])
    assert labels == ("red car", "red_car", "blue car")
    assert [classes_named(name, labels) for name in ("red car", "red_car", "blue car")] == [
        [0], [1], [2],
    ]  # fmt: skip


@pytest.mark.parametrize("twins", [("red", "red "), (COMPOSED, DECOMPOSED), ("a b", "a  b")])
def test_folders_that_look_alike_are_refused_by_name(twins: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="look alike"):
        labels_of(["green", *twins])


@pytest.mark.parametrize(
    ("folder", "label"),
    [
        (DECOMPOSED, COMPOSED),
        ("red ", "red"),
        ("red_car", "red car"),
        ("Red_Car", "red car"),
        ("STRASSE", "straße"),
        ("10", "10"),
    ],
)
def test_a_folder_means_the_same_class_however_it_is_written(folder: str, label: str) -> None:
    labels = ["first", label, "last"]
    assert classes_named(folder, labels) == classes_named(label, labels) == [1]


def test_what_is_written_exactly_so_comes_first() -> None:
    labels = ("Red", "red", "RED")
    assert [classes_named(name, labels) for name in labels] == [[0], [1], [2]]
    assert classes_named("rEd", labels) == [0, 1, 2]
    assert classes_named("reds", labels) == []
    assert classes_named("crane", ["crane", "bird", "crane"]) == [0, 2]


def test_broken_bytes_of_a_name_do_not_spoil_the_label() -> None:
    assert labels_of(["caf\udce9", "tea"])[0].encode("utf-8") == b"caf?"


def test_folders_that_are_numbers_are_sorted_as_text_and_it_is_said() -> None:
    folders = sorted(map(str, range(12)))
    assert "0, 1, 10, 11, 2, ...; so output 2 of the network is folder 10" in order_note(folders)
    for usual in (["0", "1", "2"], ["00", "01", "10"], ["1", "10", "a"], []):
        assert order_note(usual) == ""
    assert are_numbers(["007", "1"])
    assert not are_numbers(["1", "-1"])


def test_long_lists_of_names_are_cut() -> None:
    assert named(["a "]) == "'a '"
    assert named([*"abcdefg"]) == "'a', 'b', 'c', 'd', 'e' and 2 more"
