import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torchvision.models.resnet import BasicBlock

from example_card import CARD as EXAMPLE
from explorer.errors import WeightsError
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.weights.model_cards import read_card, round_to_float16, save_network

CARD = replace(
    EXAMPLE,
    resize_size=32,
    crop_size=32,
    temperature=0.75,
    calibration_error=2.5,
    calibration_error_before=9.25,
    confusions=("cat taken for dog: 2 of 5",),
    samples=("Motorcycle: dog (right)",),
)


@pytest.fixture
def module() -> NarrowResNet:
    torch.manual_seed(0)
    return NarrowResNet(BasicBlock, (1, 1, 1, 1), 4, 2)


def test_the_card_comes_back_from_the_file_as_it_was(module: NarrowResNet, tmp_path: Path) -> None:
    save_network(module, CARD, tmp_path / "net.safetensors")
    assert read_card(tmp_path / "net.safetensors") == CARD


def test_the_file_holds_float16_and_is_what_rounding_in_place_gives(
    module: NarrowResNet, tmp_path: Path
) -> None:
    save_network(module, CARD, tmp_path / "net.safetensors")
    round_to_float16(module)
    saved = load_file(tmp_path / "net.safetensors")
    for name, tensor in module.state_dict().items():
        assert saved[name].dtype in (torch.float16, torch.int64)
        assert torch.equal(saved[name].to(tensor.dtype), tensor), name


def test_a_file_without_a_card_is_refused(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "bare.safetensors")
    with pytest.raises(WeightsError, match="no card"):
        read_card(tmp_path / "bare.safetensors")


@pytest.mark.parametrize(
    "damage", [{"labels": [1, 2]}, {"top1": "high"}, {"width": True}, {"recipe": None}]
)
def test_a_card_with_values_of_another_kind_is_refused(
    damage: dict[str, Any], tmp_path: Path
) -> None:
    card = json.dumps(asdict(CARD) | damage)
    save_file({"a": torch.zeros(1)}, tmp_path / "net.safetensors", metadata={"card": card})
    with pytest.raises(WeightsError, match=r"The card in net\.safetensors is damaged"):
        read_card(tmp_path / "net.safetensors")


def test_entries_of_a_card_that_are_not_known_are_left_out(tmp_path: Path) -> None:
    card = json.dumps(asdict(CARD) | {"colour": "green"})
    save_file({"a": torch.zeros(1)}, tmp_path / "net.safetensors", metadata={"card": card})
    assert read_card(tmp_path / "net.safetensors") == CARD


def test_the_page_names_accuracy_command_and_categories() -> None:
    page = CARD.markdown
    for part in (
        "9.25 points",
        "0.750",
        "- cat taken for dog: 2 of 5",
        "- Motorcycle: dog (right)",
        "81.25 %",
        "81.35 %",
        "12,345",
        "Nothing but cats and dogs.",
        "79.50 %",
        "resnet-explorer train photos",
        "cat, dog",
        "CC BY 4.0",
    ):
        assert part in page
