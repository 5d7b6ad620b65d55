"""Tests of explorer/serving/compressed_assets.py."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import pytest

from explorer.serving import compressed_assets
from explorer.serving.compressed_assets import CompressedAssets
from explorer.serving.streamlit_internals import static_folder

SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page with a script that it links, one that comes later, a tiny one and a picture."""
    (tmp_path / "index.html").write_text('<script src="./static/js/first.js"></script>')
    (tmp_path / "static" / "js").mkdir(parents=True)
    for name, content in (("first.js", SCRIPT), ("later.js", SCRIPT[1:]), ("tiny.js", b"1")):
        (tmp_path / "static" / "js" / name).write_bytes(content)
    (tmp_path / "static" / "js" / "picture.png").write_bytes(SCRIPT)
    return tmp_path


def test_only_large_scripts_and_style_sheets_of_the_folder_are_offered(folder: Path) -> None:
    assert CompressedAssets(folder).names == {"js/first.js", "js/later.js"}


def test_a_file_is_compressed_once_however_many_ask_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets, compressed = CompressedAssets(folder), []
    compress = compressed_assets._compress

    def counting(file: Path) -> compressed_assets.CompressedAsset:
        compressed.append(file.name)
        return compress(file)

    monkeypatch.setattr(compressed_assets, "_compress", counting)
    threads = [threading.Thread(target=assets.find, args=("js/later.js",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compressed == ["later.js"]
    assert gzip.decompress(assets.find("js/later.js").content) == SCRIPT[1:]


def test_other_content_has_another_tag(folder: Path) -> None:
    assets = CompressedAssets(folder)
    assert assets.find("js/first.js").etag != assets.find("js/later.js").etag


def test_what_the_first_page_links_is_compressed_before_anyone_asks(folder: Path) -> None:
    assets = CompressedAssets(folder)
    assets._prepare()
    assert set(assets._done) == {"js/first.js"}


def test_streamlits_own_page_links_scripts_that_are_found() -> None:
    page = (static_folder() / "index.html").read_text(encoding="utf-8")
    linked = set(compressed_assets._LINKED.findall(page))
    assert any(
        name.startswith("js/index.") for name in linked & CompressedAssets(static_folder()).names
    )
