import os
import unicodedata
from pathlib import Path

import pytest

from explorer.errors import SearchError
from explorer.search.folder_scan import content_digest, file_of, scan
from indexed_photos import photo_at


def test_names_of_any_script_are_found_again(tmp_path: Path) -> None:
    wanted = ["鳥/Ωμέγα.png", "Cafe\u0301/e\u0301.png", "שלום \N{CAT FACE}.png"]
    for seed, name in enumerate(wanted):
        photo_at(tmp_path / name, seed)
    found = scan(tmp_path).files
    assert {file.name for file in found} == {unicodedata.normalize("NFC", name) for name in wanted}
    for file in found:
        assert file_of(tmp_path, file.name).samefile(file.path)


def test_two_encodings_of_a_name_and_bytes_that_are_no_text_are_reported(tmp_path: Path) -> None:
    photo_at(tmp_path / "e\u0301.png", 0)
    photo_at(tmp_path / "\u00e9.png", 1)
    photo_at(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")), 2)
    found = scan(tmp_path)
    assert len(found.files) == 1
    assert sorted(reason for _, reason in found.left_out) == [
        "Another file has the same name in another encoding; rename one of them.",
        "The name of this file is not text in Unicode; rename it.",
    ]


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    photo_at(tmp_path / "in" / "a.png", 0)
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    (tmp_path / "lost.png").symlink_to(tmp_path / "nowhere.png")
    assert [file.name for file in scan(tmp_path).files] == ["in/a.png", "lost.png", "self.png"]


def test_what_systems_leave_and_what_is_hidden_is_skipped(tmp_path: Path) -> None:
    for name in (".hidden/a.png", "._a.png", "__MACOSX/a.png", "Thumbs.db", "b.png"):
        photo_at(tmp_path / name, 0)
    assert [file.name for file in scan(tmp_path).files] == ["b.png"]


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="is not a folder"):
        scan(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["../out.png", "/etc/passwd", "", "a/../../out.png", "a\0.png"])
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    photo_at(tmp_path / "out.png", 0)
    photo_at(tmp_path / "photos" / "a" / "in.png", 1)
    with pytest.raises(SearchError, match="no longer in the folder"):
        file_of(tmp_path / "photos", name)


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    one, two = photo_at(tmp_path / "1.png", 0), photo_at(tmp_path / "2.png", 0)
    assert content_digest(one) == content_digest(two)
    photo_at(two, 1)
    assert content_digest(one) != content_digest(two)
