"""Tests of explorer/photos/file_names.py."""

from __future__ import annotations

import pytest

from explorer.photos.file_names import (
    MOST_CHARACTERS,
    folder_of,
    is_of_system,
    matching_label,
    shown,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_2041.jpg", "IMG_2041.jpg"),
        ("pets\\cats/one.jpg", "pets/cats/one.jpg"),
        ("../../etc/passwd", "../../etc/passwd"),  # a label: nobody opens it
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("photo\u202egnp.exe", "photo\ufffdgnp.exe"),
        ("a\r\nb\x00\x1b[31m.jpg", "a\ufffd\ufffdb\ufffd\ufffd[31m.jpg"),
        ("\ud83d.jpg", "\ufffd.jpg"),
        ("Gr\u00fc\u00dfe \u05e9\u05dc\u05d5\u05dd \U0001f600.jpg",) * 2,
        ("", ""),
    ],
)
def test_a_name_stays_but_for_what_cannot_be_seen(name: str, expected: str) -> None:
    assert shown(name) == expected
    shown(name).encode()  # no lone surrogate is left


def test_of_a_long_name_the_end_is_kept() -> None:
    name = shown("x" * 999 + "/cats/IMG_1.jpg")
    assert len(name) == MOST_CHARACTERS
    assert name.startswith("…x")
    assert name.endswith("x/cats/IMG_1.jpg")


def test_the_folder_is_the_one_that_the_file_lies_in() -> None:
    assert [folder_of(name) for name in ("a.jpg", "cats/a.jpg", "pets/cats/a.jpg")] == [
        "",
        "cats",
        "cats",
    ]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("Car_Side", "car side"),
        ("car-side ", "car side"),
        ("cup", "cup"),
        ("holiday", ""),
        ("", ""),
        ("0", ""),
    ],
)
def test_a_folder_names_a_label_however_it_is_written(folder: str, expected: str) -> None:
    assert matching_label(folder, ("car side", "cup", "")) == expected


@pytest.mark.parametrize("name", ["._1.jpg", ".DS_Store", "thumbs.DB", "__MACOSX", "desktop.ini"])
def test_what_systems_leave_is_recognised(name: str) -> None:
    assert is_of_system(name)
    assert not is_of_system(f"my {name}")
