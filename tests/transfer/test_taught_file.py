from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer import load
from explorer.errors import WeightsError
from explorer.networks.network import Network
from explorer.transfer.linear_heads import LinearHead
from explorer.transfer.taught_file import read_record, record_json, to_file
from explorer.transfer.taught_network import Taught, with_head
from explorer.ui.networks import own_checkpoint
from explorer.weights.model_cards import read_card
from explorer.weights.untrained import build_untrained
from taught_example import LABELS, SIDES, base, example


def written(taught: Taught, folder: Path) -> Path:
    path = folder / "mine.safetensors"
    path.write_bytes(to_file(taught))
    return path


def warm() -> Taught:
    """The example with a temperature; its few photos give none."""
    taught = example()
    network = replace(taught.network, weights=replace(taught.network.weights, temperature=1.7))
    return replace(taught, network=network, card=replace(taught.card, temperature=1.7))


def same_numbers(one: Network, other: Network) -> bool:
    states = one.module.state_dict(), other.module.state_dict()
    return states[0].keys() == states[1].keys() and all(
        torch.equal(tensor, states[1][name]) for name, tensor in states[0].items()
    )


def test_the_file_is_loaded_to_the_last_bit_with_all_that_its_answers_need(tmp_path: Path) -> None:
    taught = warm()
    network = load("resnet18", weights=written(taught, tmp_path))
    assert same_numbers(network, taught.network)
    own = taught.network.weights
    unlike = {"name", "title", "source", "sha256"}
    for field in own.__dataclass_fields__.keys() - unlike:
        assert getattr(network.weights, field) == getattr(own, field), field
    assert network.labels == LABELS
    assert network.weights.preprocessing == SIDES
    assert network.weights.temperature == 1.7
    assert network.weights.remarks == ()


def test_the_app_takes_the_file_as_a_checkpoint(tmp_path: Path) -> None:
    taught = warm()
    network = own_checkpoint.read(io.BytesIO(to_file(taught)))
    assert same_numbers(network, taught.network)
    assert network.weights.labels == LABELS
    assert network.weights.temperature == taught.network.weights.temperature
    assert network.weights.remarks == ()


def test_card_and_record_come_back_as_they_were(tmp_path: Path) -> None:
    taught = example()
    path = written(taught, tmp_path)
    assert read_card(path) == taught.card
    assert read_record(path) == taught.record


def test_what_is_a_float16_number_is_stored_as_one(tmp_path: Path) -> None:
    network = load("resnet18")
    head = LinearHead(np.full((2, 128), 1 / 3, np.float32), np.zeros(2, np.float32))
    built_in = with_head(network, head, ("yes", "no"))
    path = written(replace(example(), network=built_in), tmp_path)
    types = {name: tensor.dtype for name, tensor in load_file(path).items()}
    assert types.pop("fc.weight") == torch.float32
    assert {kind for name, kind in types.items() if "num_batches" not in name} == {torch.float16}
    assert path.stat().st_size < 1_500_000


def test_a_network_of_full_width_stands_alone_in_its_file(tmp_path: Path) -> None:
    module = build_untrained(base().variant, seed=0)
    wide = base(module)
    wide = replace(wide, weights=replace(wide.weights, width=64))
    random = np.random.default_rng(0)
    head = LinearHead(random.normal(size=(3, 512)).astype(np.float32), np.ones(3, np.float32))
    taught = with_head(wide, head, LABELS, 0.7)
    card = replace(example().card, width=64, temperature=0.7)
    path = written(replace(example(), network=taught, card=card), tmp_path)
    network = load(weights=path)
    assert (network.variant.name, network.weights.width) == ("resnet18", 64)
    assert same_numbers(network, taught)
    assert network.weights.temperature == 0.7


def test_a_squashed_input_and_one_larger_than_the_resize_come_back(tmp_path: Path) -> None:
    for sides in (replace(SIDES, squash=True), replace(SIDES, crop_size=64, resize_size=48)):
        card = replace(
            example().card,
            squash=sides.squash,
            crop_size=sides.crop_size,
            resize_size=sides.resize_size,
        )
        path = written(replace(example(), card=card), tmp_path)
        assert load(weights=path).weights.preprocessing == sides


@pytest.mark.parametrize("record", ["{", "[]", '{"variant": 3}', "null"])
def test_a_damaged_record_gets_one_sentence(record: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    save_file({"a": torch.zeros(1)}, path, metadata={"taught": record})
    with pytest.raises(WeightsError, match=r"The record in mine\.safetensors is damaged"):
        read_record(path)


def test_a_file_that_was_not_taught_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bare.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(WeightsError, match=r"bare\.safetensors does not say how it was taught"):
        read_record(path)


def test_the_record_holds_no_path_and_reads_as_text() -> None:
    text = record_json(example().record)
    assert "/" not in text
    assert "naïve" in text
