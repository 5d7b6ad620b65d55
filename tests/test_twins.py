"""Pairs of networks: which there are, and that their records belong to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import twins
from explorer.downloads import sha256
from explorer.lesions import Cut, cuttable
from explorer.twins import depths, pair_of
from explorer.weights import load

NAMES = ("plain18.safetensors", "plain18.cuts.json", "resnet18.safetensors", "resnet18.cuts.json")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the files of all twins lie."""
    monkeypatch.setattr(twins, "FOLDER", tmp_path)
    monkeypatch.setattr(
        twins.builtin, "path_of", lambda variant: tmp_path / f"{variant.name}.safetensors"
    )
    return tmp_path


def test_there_is_a_pair_if_weights_and_records_of_both_are_here(folder: Path) -> None:
    for name in NAMES:
        assert pair_of("resnet18") is None
        (folder / name).touch()
    pair = pair_of("resnet18")
    assert pair is not None
    assert (pair.plain.variant, pair.plain.weights) == ("plain18", "builtin")
    assert pair.residual.weights == str(folder / "resnet18.safetensors")
    assert depths() == ("ResNet-18",)


@pytest.mark.parametrize("variant", ["resnet152", "wide_resnet50_2", "resnext50_32x4d"])
def test_most_networks_have_no_twin(variant: str) -> None:
    assert pair_of(variant) is None


@pytest.mark.parametrize("variant", ["resnet18", "resnet34", "resnet50"])
def test_the_records_that_ship_belong_to_the_weights_that_ship(variant: str) -> None:
    pair = pair_of(variant)
    if pair is None:
        pytest.skip(f"no twins of {variant} ship with the app")
    assert pair.plain.cuts.photos == pair.residual.cuts.photos
    for twin in (pair.plain, pair.residual):
        record, network = twin.cuts, load(twin.variant, twin.weights)
        assert record.sha256 == sha256(twin.path)
        assert (record.variant, record.cut) == (twin.variant, Cut.SKIP)
        assert tuple(record.without) == cuttable(network, Cut.SKIP)
        assert record.top1 == pytest.approx(network.weights.top1, abs=0.1)
    assert pair.plain.cuts.photos.keys() == set(load(variant).labels)
