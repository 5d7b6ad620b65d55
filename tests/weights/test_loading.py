import hashlib
import io
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision.models import ResNet18_Weights, ResNet50_Weights, get_model
from torchvision.models.resnet import BasicBlock, ResNet

from example_card import CARD as EXAMPLE
from explorer.errors import (
    DeviceError,
    RequestError,
    WeightsError,
    WeightsUnavailableError,
)
from explorer.networks.devices import Precision
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.photos.geometry import IMAGENET, Preprocessing
from explorer.weights import builtin, imagenet
from explorer.weights.loading import load, verify
from explorer.weights.model_cards import save_network

CARD = replace(
    EXAMPLE,
    width=16,
    labels=("cat", "dog", "fire engine"),
    resize_size=146,
    crop_size=128,
    mean=(0.5, 0.4, 0.3),
    std=(0.25, 0.2, 0.15),
    top1=82.345,
)
CLASSIC = ResNet18_Weights.IMAGENET1K_V1


def narrow(width: int = 16, classes: int = 3) -> NarrowResNet:
    torch.manual_seed(0)
    return NarrowResNet(BasicBlock, (2, 2, 2, 2), width, classes).eval()


@torch.no_grad()
def logits(module: ResNet) -> Tensor:
    torch.manual_seed(1)
    return module(torch.randn(1, 3, 64, 64))


@pytest.fixture
def builtin_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a built-in network."""
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    save_network(narrow(), CARD, tmp_path / "resnet18.safetensors")
    return tmp_path / "resnet18.safetensors"


@pytest.fixture(scope="module")
def published() -> ResNet:
    """A stand-in for the network that torchvision publishes."""
    torch.manual_seed(0)
    return get_model("resnet18").eval()


@pytest.fixture(scope="module")
def published_file(published: ResNet) -> bytes:
    file = io.BytesIO()
    torch.save(published.state_dict(), file)
    return file.getvalue()


@pytest.fixture
def served(
    published_file: bytes, file_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """A server that offers those weights as ResNet-18, classic recipe."""
    name = f"resnet18-{hashlib.sha256(published_file).hexdigest()[:8]}.pth"
    file_server.files[name] = published_file
    monkeypatch.setattr(CLASSIC.value, "url", file_server.url(name))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return file_server


def test_built_in_weights_come_with_their_card(builtin_file: Path) -> None:
    network = load("resnet18")
    weights = network.weights
    assert torch.equal(logits(network.module), logits(narrow().half().float()))
    assert (weights.name, weights.source, weights.width) == ("builtin", WeightSource.BUILTIN, 16)
    assert weights.title == "Built-in (3 categories)"
    assert weights.line == "built-in, quarter width, 3 categories, top-1 82.3 %"
    assert network.labels == CARD.labels
    assert weights.preprocessing == Preprocessing(
        crop_size=128, resize_size=146, mean=CARD.mean, std=CARD.std
    )
    assert (weights.recipe, weights.top1) == (CARD.recipe, CARD.top1)
    assert weights.sha256 == hashlib.sha256(builtin_file.read_bytes()).hexdigest()


def test_without_a_name_the_smallest_built_in_network_is_loaded(builtin_file: Path) -> None:
    assert load().variant is VARIANTS["resnet18"]


def test_a_built_in_network_that_does_not_exist_is_answered_with_one_that_does(
    builtin_file: Path,
) -> None:
    with pytest.raises(WeightsError, match=r"no built-in ResNet-50\. Choose ResNet-18\."):
        load("resnet50")


def test_verifying_built_in_weights_compares_the_recorded_sum(builtin_file: Path) -> None:
    with pytest.raises(WeightsError, match="SHA256SUMS"):
        verify("resnet18", "builtin")
    digest = hashlib.sha256(builtin_file.read_bytes()).hexdigest()
    builtin_file.with_name("SHA256SUMS").write_text(f"{digest}  resnet18.safetensors\n")
    assert verify("resnet18", "builtin").weights.sha256 == digest


def test_imagenet_weights_are_fetched_once_and_computed_with(
    served: Any, published: ResNet, published_file: bytes
) -> None:
    network = load("resnet18", "imagenet-classic")
    assert torch.equal(logits(network.module), logits(published))
    served.close()
    again = load("resnet18", "imagenet-classic")
    assert torch.equal(logits(again.module), logits(published))
    assert len(served.requested) == 1
    assert again.weights.sha256 == hashlib.sha256(published_file).hexdigest()


def test_imagenet_weights_know_their_recipe(served: Any) -> None:
    weights = load("resnet18", "imagenet-classic").weights
    assert weights.title == "ImageNet, classic recipe"
    assert weights.line == "ImageNet, classic recipe, top-1 69.8 %"
    assert weights.recipe == CLASSIC.meta["recipe"]
    assert weights.preprocessing == IMAGENET
    assert weights.labels[0] == "tench"
    assert (len(weights.labels), weights.assumed_labels) == (1000, False)


def test_half_precision_files_become_float32(
    published: ResNet, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    state = {
        name: tensor.half()
        for name, tensor in published.state_dict().items()
        if not name.endswith("num_batches_tracked")  # the older published files lack them
    }
    torch.save(state, file)
    name = f"resnet18-{hashlib.sha256(file.getvalue()).hexdigest()[:8]}.pth"
    served.files[name] = file.getvalue()
    monkeypatch.setattr(CLASSIC.value, "url", served.url(name))
    module = load("resnet18", "imagenet-classic").module
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float32}
    assert torch.equal(module.fc.weight, published.fc.weight.half().float())


def test_nothing_is_fetched_where_the_caller_does_not_want_it(served: Any) -> None:
    with pytest.raises(WeightsUnavailableError, match="is not on this machine"):
        load("resnet18", "imagenet-classic", download=False)
    with pytest.raises(WeightsUnavailableError, match="is not on this machine"):
        verify("resnet18", "imagenet-classic")
    assert served.requested == []


@pytest.mark.parametrize("trouble", ["cut", "gone", "missing", "wrong hash"])
def test_a_failed_download_names_file_and_folder_and_leaves_nothing(
    trouble: str, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trouble == "cut":
        served.missing = 5
    elif trouble == "gone":
        monkeypatch.setattr(CLASSIC.value, "url", "http://127.0.0.1:9/resnet18-f37072fd.pth")
    elif trouble == "missing":
        served.files.clear()
    else:
        served.files["resnet18-01234567.pth"] = b"something else"
        monkeypatch.setattr(CLASSIC.value, "url", served.url("resnet18-01234567.pth"))
    folder = imagenet.cached_path(CLASSIC).parent
    with pytest.raises(WeightsUnavailableError) as caught:
        load("resnet18", "imagenet-classic")
    expected = f"Fetch {CLASSIC.url} into the folder {folder}, or go on with a built-in network."
    assert str(caught.value).endswith(expected)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_damaged_file_is_reported_and_not_replaced_unasked(served: Any) -> None:
    load("resnet18", "imagenet-classic")
    path = imagenet.cached_path(CLASSIC)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsUnavailableError, match="is here, but damaged"):
        load("resnet18", "imagenet-classic")
    assert len(served.requested) == 1


def test_a_recipe_that_a_variant_lacks_is_answered_in_one_sentence() -> None:
    with pytest.raises(WeightsError, match=r'no ResNet-18 .*Choose "ImageNet, classic recipe"'):
        load("resnet18", "imagenet-new")


def test_the_new_recipe_brings_its_own_preprocessing() -> None:
    new = Preprocessing.of(ResNet50_Weights.IMAGENET1K_V2.transforms())
    assert (new.resize_size, new.crop_size) == (232, 224)


def test_untrained_weights_are_labelled_as_noise() -> None:
    network = load("resnet18", "random:7")
    weights = network.weights
    assert weights.line == "untrained (noise), seed 7"
    assert (weights.name, weights.source) == ("random:7", WeightSource.UNTRAINED)
    assert "noise" in weights.recipe
    assert weights.preprocessing == IMAGENET
    assert (len(weights.labels), weights.top1, weights.sha256) == (1000, None, None)
    assert torch.equal(logits(network.module), logits(load("resnet18", "random:7").module))


def test_what_has_no_chain_does_not_come_untrained() -> None:
    with pytest.raises(WeightsError, match=r"Only ResNets come untrained, not Highway-34\. Choose"):
        load("highway34", "random:0")


def test_a_checkpoint_is_recognised_and_computed_with(tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    torch.save({"model": narrow().state_dict()}, path)
    network = load(weights=str(path))
    weights = network.weights
    assert network.variant is VARIANTS["resnet18"]
    assert torch.equal(logits(network.module), logits(narrow()))
    assert weights.labels == ("class 0", "class 1", "class 2")
    assert weights.assumed_labels is False
    assert weights.preprocessing == IMAGENET
    assert weights.line == "my checkpoint (mine.pth), quarter width, 3 classes"
    assert weights.recipe == "Not stated; the weights are model in mine.pth."
    assert weights.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load("resnet18", path).weights == weights


def test_a_checkpoint_of_another_variant_is_refused(tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"does not fit ResNet-50: .*It holds ResNet-18;"):
        load("resnet50", tmp_path / "mine.pth")


def test_labels_and_preprocessing_of_a_checkpoint_can_be_given(tmp_path: Path) -> None:
    torch.save(narrow().state_dict(), tmp_path / "mine.pth")
    (tmp_path / "names.txt").write_text("a\nb\nc\n")
    own = Preprocessing(crop_size=64, resize_size=64, mean=(0.5,) * 3, std=(0.5,) * 3)
    network = load(weights=tmp_path / "mine.pth", labels=tmp_path / "names.txt", preprocessing=own)
    assert network.labels == ("a", "b", "c")
    assert network.weights.preprocessing == own
    (tmp_path / "names.txt").write_text("a\nb\n")
    with pytest.raises(WeightsError, match="holds 2 labels, the network has 3 classes"):
        load(weights=tmp_path / "mine.pth", labels=tmp_path / "names.txt")


def test_a_thousand_outputs_are_assumed_to_be_imagenets(tmp_path: Path) -> None:
    torch.save(narrow(width=4, classes=1000).state_dict(), tmp_path / "mine.pth")
    weights = load(weights=tmp_path / "mine.pth").weights
    assert weights.labels == imagenet.labels()
    assert weights.assumed_labels is True
    assert weights.line.endswith("width 4 of 64, 1000 classes, labels assumed")
    (tmp_path / "names.json").write_text(json.dumps([f"name {i}" for i in range(1000)]))
    given = load(weights=tmp_path / "mine.pth", labels=tmp_path / "names.json").weights
    assert (given.labels[999], given.assumed_labels) == ("name 999", False)


def test_a_checkpoint_that_we_trained_brings_its_card(tmp_path: Path) -> None:
    save_network(narrow(), CARD, tmp_path / "mine.safetensors")
    weights = load(weights=tmp_path / "mine.safetensors").weights
    assert (weights.labels, weights.top1, weights.recipe) == (CARD.labels, 82.345, CARD.recipe)
    assert weights.preprocessing.crop_size == 128
    assert weights.line == (
        "my checkpoint (mine.safetensors), quarter width, 3 classes, top-1 82.3 %"
    )


HUGE = json.dumps(asdict(replace(CARD, crop_size=10**6, resize_size=10**6)))
FLAT = json.dumps(asdict(replace(CARD, std=(0.2, 0, 0.2))))


GREY = json.dumps(asdict(replace(CARD, mean=(0.5,), std=(0.2,))))
TEXTS = json.dumps(asdict(CARD) | {"labels": "abc"})
WORDED = json.dumps(asdict(CARD) | {"top1": "high"})
UNNAMED = json.dumps(asdict(CARD) | {"labels": [1, 2, 3]})
UNKNOWN = json.dumps(asdict(CARD) | {"temperature": float("nan")})
NESTED = "[" * 100_000
FRAGMENTS = ("{", "[]", '{"variant": "resnet18"}', "null")


@pytest.mark.parametrize(
    "card", [*FRAGMENTS, HUGE, FLAT, GREY, TEXTS, WORDED, UNNAMED, UNKNOWN, NESTED]
)
def test_a_damaged_card_gets_one_sentence(card: str, tmp_path: Path) -> None:
    save_file(narrow().state_dict(), tmp_path / "mine.safetensors", metadata={"card": card})
    with pytest.raises(WeightsError, match=r"The card in mine\.safetensors is damaged"):
        load(weights=tmp_path / "mine.safetensors")


def test_labels_do_not_go_with_weights_that_bring_their_own(tmp_path: Path) -> None:
    for weights in ("builtin", "random:0", "imagenet-classic"):
        with pytest.raises(WeightsError, match="Only a checkpoint takes labels"):
            load("resnet18", weights, labels=tmp_path / "names.txt")


def test_unusable_requests_get_one_sentence(builtin_file: Path) -> None:
    with pytest.raises(RequestError, match="no variant 'resnet19'"):
        load("resnet19")
    with pytest.raises(WeightsError, match="no weights 'imagenet'"):
        load("resnet18", "imagenet")
    with pytest.raises(DeviceError):
        load("resnet18", device="tpu")
    with pytest.raises(DeviceError, match="bfloat16"):
        load("resnet18", precision=Precision.BFLOAT16)


def test_what_is_loaded_is_frozen_and_in_eval_mode(builtin_file: Path, tmp_path: Path) -> None:
    torch.save(narrow().train().state_dict(), tmp_path / "mine.pth")
    for network in (load(), load("resnet18", "random:0"), load(weights=tmp_path / "mine.pth")):
        assert not any(module.training for module in network.module.modules())
        assert not any(p.requires_grad or p.is_meta for p in network.module.parameters())


def test_the_line_names_unusual_widths() -> None:
    line = Weights(
        "x.pth", WeightSource.CHECKPOINT, "My checkpoint (x.pth)", ("a",), IMAGENET, "", None
    )
    assert line.line == "my checkpoint (x.pth), 1 classes"


def test_whether_a_probability_is_calibrated_is_said() -> None:
    builtin = load("resnet18").weights
    assert re.match(r"Calibrated: .* off by \d\.\d points", builtin.calibration)
    foreign = replace(builtin, calibration_error=None, source=WeightSource.IMAGENET_NEW)
    assert foreign.calibration.startswith("Nobody measured")
    untrained = replace(builtin, source=WeightSource.UNTRAINED)
    assert untrained.calibration.endswith("means nothing.")
