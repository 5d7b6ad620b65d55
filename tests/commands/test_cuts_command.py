"""Tests of `resnet-explorer train --evaluate --cuts`: explorer/commands/cuts.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from explorer.blocks.lesion_records import read_lesion_record
from explorer.weights.download import sha256

Call = Callable[..., Any]

LABELS = ("cat", "dog", "red panda")


@pytest.fixture
def val(tmp_path: Path) -> Path:
    """Two photos of each of the classes that the tiny network knows."""
    for index, label in enumerate(LABELS):
        folder = tmp_path / "val" / label.replace(" ", "_")
        folder.mkdir(parents=True)
        for number in range(2):
            colour = (80 * index, 40 * number, 255 - 80 * index)
            Image.new("RGB", (80, 70), colour).save(folder / f"{number}.png")
    return tmp_path / "val"


def test_the_accuracy_without_each_block_is_printed_and_recorded(
    call: Call, val: Path, tiny_network: Path, tmp_path: Path
) -> None:
    file = tmp_path / "made" / "resnet18.cuts.json"
    done = call("train", "--evaluate", val, "--weights", tiny_network, "--cuts", file)
    assert (done.code, done.err) == (0, "6 of 6 photos\n")
    record = read_lesion_record(file)
    assert record.variant == "resnet18"
    assert record.sha256 == sha256(tiny_network)
    assert record.photos == dict.fromkeys(LABELS, ("0.png", "1.png"))
    assert list(record.without) == ["layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1"]
    assert f"whole           {record.top1:6.2f} %" in done.out
    assert f"without layer4.1{record.without['layer4.1']:6.2f} %" in done.out
    assert str(tmp_path) not in record.text
    assert record.command.startswith("resnet-explorer train --evaluate val --variant resnet18")


def test_a_training_records_no_cuts(call: Call) -> None:
    done = call("train", "photos", "--output", "out", "--cuts", "file")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--cuts belongs to --evaluate" in done.err


def test_cuts_of_untrained_weights_are_not_recorded(call: Call, val: Path, tmp_path: Path) -> None:
    for label, imagenet_label in zip(LABELS, ("tabby", "tench", "goldfish"), strict=True):
        (val / label.replace(" ", "_")).rename(val / imagenet_label)
    done = call(
        "train", "--evaluate", val, "--weights", "random:0", "--cuts", tmp_path / "cuts.json"
    )
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "for weights from a file, not for untrained ones" in done.err
