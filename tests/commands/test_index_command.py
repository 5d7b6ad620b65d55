"""Tests of `resnet-explorer index`, `search` and `collections`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexed_photos import photo_at, photo_folder

Call = Callable[..., Any]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return photo_folder(tmp_path / "photos")


@pytest.fixture
def options(tiny_network: Path, tmp_path: Path) -> list[object]:
    return ["--weights", tiny_network, "--store", tmp_path / "store", "--name", "pets"]


def test_a_folder_is_indexed_searched_verified_and_dropped(
    call: Call, photos: Path, options: list[object], tmp_path: Path
) -> None:
    (photos / "broken.jpg").write_bytes(b"")
    done = call("index", photos, *options, "--json")
    assert done.code == 1
    assert f"{photos / 'broken.jpg'}: " in done.err
    assert "6 of 7 photos" in done.err or "7 of 7 photos" in done.err
    (result,) = done.objects
    assert (result["photos"], result["new"], len(result["unreadable"])) == (6, 6, 1)
    (photos / "broken.jpg").unlink()

    found = call("search", photos / "cat/002.png", *options, "--json", "--limit", "2")
    assert found.code == 0, found.err
    assert found.objects[0]["name"] == "cat/002.png"
    assert found.objects[0]["similarity"] == pytest.approx(1, abs=1e-5)
    assert found.objects[0]["path"] == str(photos / "cat/002.png")
    dogs = call("search", photos / "cat/002.png", *options, "--category", "dog")
    assert len(dogs.out.splitlines()) == 3
    assert "cat/" not in dogs.out

    store = ["--store", tmp_path / "store"]
    listed = call("collections", "list", "--json", *store)
    assert listed.objects[0]["photos"] == 6
    assert listed.objects[0]["space"].endswith("layer4.1 pooled, crop of 64 pixels")
    verified = call("collections", "verify", "pets", *store)
    assert verified.code == 0
    assert "recall at 6 1.00 over 6 queries" in verified.out
    photo_at(photos / "new.png", 9)
    (photos / "cat/000.png").unlink()
    verified = call("collections", "verify", "pets", "--json", *store)
    assert verified.code == 1
    assert (verified.objects[0]["outdated"], verified.objects[0]["gone"]) == (1, 1)
    again = call("index", photos, *options)
    assert (again.code, again.out.split(" (")[0]) == (
        0, "6 photos: 1 new, 0 changed, 5 as before; 1 removed"
    )  # fmt: skip
    assert call("collections", "drop", "pets", *store).code == 0
    assert call("collections", "list", *store).out == ""


def test_a_query_by_another_network_or_without_a_collection_is_one_sentence(
    call: Call, photos: Path, options: list[object]
) -> None:
    missing = call("search", photos / "cat/000.png", *options)
    assert (missing.code, missing.err.count("\n")) == (2, 1)
    assert "There is no collection 'pets'" in missing.err
    assert call("index", photos, *options).code == 0
    other = [*options]
    other[1] = "random:0"
    refused = call("search", photos / "cat/000.png", *other)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "The collection " in refused.err


def test_a_folder_without_photos_and_a_bad_name_are_one_sentence(
    call: Call, tmp_path: Path, options: list[object]
) -> None:
    (tmp_path / "empty").mkdir()
    done = call("index", tmp_path / "empty", *options)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "holds no photo" in done.err
    done = call("index", tmp_path / "empty", *options[:-1], "../x")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "cannot be named" in done.err
