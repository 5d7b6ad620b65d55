"""Tests of `resnet-explorer teach`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from explorer import analyze, load, read_image
from explorer.transfer.taught_file import read_record
from taught_example import folder

Call = Callable[..., Any]
KEYS = ["variant", "weights", "how", "classes", "photos", "accuracy", "macro_accuracy"]
KEYS += ["majority", "seconds", "files"]
COMMAND = str(Path(sys.executable).with_name("resnet-explorer"))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder(tmp_path / "photos")


@pytest.fixture
def options(tiny_network: Path) -> list[object]:
    return ["--weights", tiny_network, "--device", "cpu", "--folds", "1", "--json"]


def test_a_network_comes_with_its_files_and_one_object_of_numbers(
    call: Call, photos: Path, options: list[object], tmp_path: Path
) -> None:
    damaged = photos / "blue" / "x.png"
    damaged.write_bytes(b"no picture")
    done = call("teach", photos, "--output", tmp_path / "out", *options)
    failed, result = done.objects
    assert done.code == 1
    assert failed["photo"] == str(damaged)
    assert f"{damaged}: {failed['error']}" in done.err
    assert "looking at the photos: 18 of 18" in done.err
    assert list(result) == KEYS
    assert result["classes"] == ["blue", "dark red", "green"]
    assert (result["variant"], result["how"]) == ("resnet18", "probe")
    assert sum(result["photos"].values()) == 18
    assert result["accuracy"]["low"] <= result["accuracy"]["value"] <= result["accuracy"]["high"]
    weights, onnx, program, card = map(Path, result["files"])
    assert [path.name for path in (weights, onnx, program, card)] == [
        "resnet18-taught.safetensors",
        "resnet18-taught.onnx",
        "predict.py",
        "resnet18-taught.html",
    ]
    assert read_record(weights).accuracy.value == result["accuracy"]["value"]
    network = load(weights=weights)
    assert analyze(network, read_image(photos / "blue/0.png")).predictions
    explained = call("explain", photos / "blue/0.png", "--weights", weights, "--device", "cpu",
                     "--output", tmp_path / "maps", "--json")  # fmt: skip
    assert explained.code == 0
    assert explained.err == ""
    asked = call("explain", photos / "blue/0.png", "--weights", weights, "--output", tmp_path / "m")
    assert "3 classes" in asked.out


def test_the_split_of_the_folders_is_used_and_text_is_printed(
    call: Call, options: list[object], tmp_path: Path
) -> None:
    folder(tmp_path / "set" / "train", 6)
    folder(tmp_path / "set" / "val", 3)
    done = call("teach", tmp_path / "set", *options[:-1])
    assert done.code == 0
    assert "9 photos that were held back" in done.out
    assert "the folders say which photos are for what, so there are no folds" in done.err
    assert "nothing was kept; give --output DIR" in done.err


def one_class(photos: Path) -> None:
    for name in ("blue", "green"):
        for file in (photos / name).iterdir():
            file.unlink()
        (photos / name).rmdir()


def empty_class(photos: Path) -> None:
    (photos / "yellow").mkdir()


def class_twice(photos: Path) -> None:
    (photos / "Dark  red").mkdir()
    Image.new("RGB", (40, 40)).save(photos / "Dark  red" / "0.png")


def no_photo(photos: Path) -> None:
    for file in photos.rglob("*.png"):
        file.unlink()


def all_unreadable(photos: Path) -> None:
    for file in (photos / "blue").iterdir():
        file.write_bytes(b"no picture")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (one_class, "telling apart needs at least two"),
        (empty_class, "yellow holds no photo"),
        (class_twice, "Two classes have the same name"),
        (no_photo, "holds no photo"),
        (all_unreadable, "holds no photo that can be opened"),
    ],
)
def test_folders_that_cannot_be_taught_get_one_line(
    spoil: Callable[[Path], None], message: str, call: Call, photos: Path, options: list[object]
) -> None:
    spoil(photos)
    done = call("teach", photos, *options)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("nowhere",),
        ("photos", "--output", "photos/blue/0.png"),
        ("photos", "--how", "magic"),
        ("photos", "--folds", "0"),
        ("photos", "--seed", "-1"),
        ("photos", "--variant", "resnet19"),
        ("photos", "--variant", "vgg16"),
        ("photos", "--weights", "missing.pth"),
    ],
    ids=" ".join,
)
def test_an_unusable_request_is_one_line(
    wrong: tuple[str, ...], call: Call, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos.parent)
    done = call("teach", *wrong)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("resnet-explorer")
    assert done.err.count("\n") == 1


def test_a_real_process_teaches_and_its_progress_is_on_stderr(
    photos: Path, options: list[object], tmp_path: Path
) -> None:
    command = [COMMAND, "teach", photos, *options]
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert list(json.loads(line)) == KEYS
    assert json.loads(line)["files"] == []
    assert "fitting the head: 1 of 1" in done.stderr
