from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.commands.outputs import one_line, output_file, output_folder, unique_stems
from explorer.errors import RequestError

SUFFIXES = (".overlay.png", ".heatmap.npy")


def stems(*photos: str, folder: str = "/out") -> list[str]:
    return unique_stems([Path(photo) for photo in photos], SUFFIXES, Path(folder))


def test_every_photo_keeps_its_own_stem_where_it_can() -> None:
    assert stems("a/cat.jpg", "b/dog.png", "b/no_suffix") == ["cat", "dog", "no_suffix"]


def test_equal_stems_are_numbered_and_meet_no_later_photo() -> None:
    chosen = stems("a/cat.jpg", "b/cat.png", "c/cat-2.jpg", "a/cat.jpg")
    assert chosen == ["cat", "cat-2", "cat-2-2", "cat-3"]


def test_stems_that_differ_in_case_or_composition_only_count_as_equal() -> None:
    assert stems("Cat.jpg", "cat.jpg") == ["Cat", "cat-2"]
    assert stems("caf\u00e9.jpg", "cafe\u0301.jpg") == ["caf\u00e9", "cafe\u0301-2"]


def test_no_output_takes_the_name_of_an_input() -> None:
    assert stems("/in/cat.jpg", "/in/cat.overlay.png", folder="/in") == ["cat-2", "cat.overlay"]


def test_a_long_stem_leaves_room_for_what_is_appended() -> None:
    chosen = stems("x" * 250 + ".jpg", "x" * 249 + "y.jpg", "é" * 125 + ".jpg")
    assert len(set(chosen)) == 3
    assert all(len(os.fsencode(stem + ".overlay.png.partial")) < 250 for stem in chosen)


def test_the_output_folder_is_made_with_its_parents_and_left_empty(tmp_path: Path) -> None:
    folder = output_folder(tmp_path / "a" / "b")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_is_no_output_folder(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="folder with --output"):
        output_folder(tmp_path / path)


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    with output_file(path) as partial:
        partial.write_text("all of it")
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [path]


def _write_half(path: Path, interruption: type[BaseException]) -> None:
    with output_file(path) as partial:
        partial.write_text("hal")
        raise interruption


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_an_interrupted_file_leaves_nothing_and_keeps_the_older_one(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "result.txt"
    path.write_text("older")
    with pytest.raises(interruption):
        _write_half(path, interruption)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(RequestError, match="No space left on device"),
        output_file(tmp_path / "result.txt"),
    ):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["Bräin 1.jpg", "a\nb.jpg", "\x1b[31mred.jpg", "b\udcff.jpg"])
def test_any_path_is_shown_in_one_line_that_can_be_printed(name: str) -> None:
    printed = one_line(Path(name))
    assert printed.isprintable()
    assert (printed == name) == name.isprintable()
