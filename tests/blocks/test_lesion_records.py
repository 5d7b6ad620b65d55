"""Tests of explorer/blocks/lesion_records.py, against a model from which a block was removed."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from explorer import load
from explorer.blocks.lesion_records import LesionRecord, measure_lesions, read_lesion_record
from explorer.blocks.lesions import LesionKind
from explorer.errors import WeightsError
from explorer.networks.network import Network

RECORD = LesionRecord(
    variant="plain18",
    sha256="0" * 64,
    cut="skip",
    photos={"brain": ("image_0001.jpg", "image_0002.jpg"), "bass": ("image_0003.jpg",)},
    top1=66.67,
    without={"layer1.0": 33.33, "layer1.1": 0.0},
    command="resnet-explorer train --evaluate val --cuts plain18.cuts.json",
)


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "plain18.cuts.json"
    file.write_text(RECORD.text)
    assert read_lesion_record(file) == RECORD
    assert RECORD.count == 3
    assert '    "bass": ["image_0003.jpg"]\n' in RECORD.text


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"photos": {}, "other": 1}'])
def test_a_damaged_record_is_refused_in_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cuts.json"
    file.write_text(content)
    with pytest.raises(WeightsError, match=r"cuts\.json cannot be read; measure it again"):
        read_lesion_record(file)
    with pytest.raises(WeightsError, match="cannot be read"):
        read_lesion_record(tmp_path / "none.json")


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18")


@pytest.fixture(scope="module")
def photos(network: Network) -> TensorDataset:
    """Noise with the network's own predictions as classes, so that the whole network is right."""
    x = torch.randn(70, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return TensorDataset(x, network.module(x).argmax(1))


def correct_without(network: Network, photos: TensorDataset, block: str) -> int:
    model = copy.deepcopy(network.module)
    stage, index = block.split(".")
    getattr(model, stage)[int(index)] = nn.Identity()
    x, targets = photos.tensors
    with torch.no_grad():
        answers: Tensor = model(x).argmax(1)
    return int((answers == targets).sum())


def test_each_block_is_skipped_in_all_photos(network: Network, photos: TensorDataset) -> None:
    first, last = measure_lesions(network, photos, LesionKind.SKIP)
    assert (first.done, last.done, last.total, last.correct) == (64, 70, 70, 70)
    assert list(last.without) == ["layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1"]
    for block, correct in last.without.items():
        assert correct == correct_without(network, photos, block), block
    assert len(set(last.without.values())) > 1
    assert first.correct == 64
    assert last.percent(35) == 50.0
