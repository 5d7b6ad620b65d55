"""Tests of explorer/training/twins.py and of the records that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.blocks.lesions import LesionKind, removable_blocks
from explorer.training import twins
from explorer.training.twins import depths, lesion_record, twin_pair
from explorer.weights.loading import load


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the files of all twins."""
    monkeypatch.setattr(twins, "LESIONS", tmp_path)
    monkeypatch.setattr(
        twins.builtin, "path_of", lambda variant: tmp_path / f"{variant.name}.safetensors"
    )
    return tmp_path


def test_there_is_a_pair_if_weights_and_records_of_both_are_here(folder: Path) -> None:
    names = ("plain18.safetensors", "plain18.json", "residual18.safetensors", "residual18.json")
    for name in names:
        assert twin_pair("resnet18") is None
        (folder / name).touch()
    pair = twin_pair("resnet18")
    assert pair is not None
    assert (pair.plain.title, pair.residual.title) == ("Plain-18", "Residual-18")
    assert depths() == ("ResNet-18",)


@pytest.mark.parametrize("variant", ["resnet152", "wide_resnet50_2", "resnext50_32x4d"])
def test_most_networks_have_no_twin(variant: str) -> None:
    assert twin_pair(variant) is None


@pytest.mark.parametrize("variant", ["resnet18", "resnet34", "resnet50"])
def test_the_records_that_ship_belong_to_the_weights_that_ship(variant: str) -> None:
    pair = twin_pair(variant)
    if pair is None:
        pytest.skip(f"no twins of {variant} ship with the app")
    for twin in (pair.plain, pair.residual):
        record, network = lesion_record(twin), load(twin.name)
        assert record.sha256 == network.weights.sha256
        assert (record.variant, record.cut) == (twin.name, LesionKind.SKIP)
        assert tuple(record.without) == removable_blocks(network, LesionKind.SKIP)
        assert record.top1 == pytest.approx(network.weights.top1, abs=0.1)
        assert record.photos.keys() == set(network.labels)
    assert lesion_record(pair.plain).photos == lesion_record(pair.residual).photos
