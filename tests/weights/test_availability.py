import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torchvision.models import ResNet18_Weights, ResNet50_Weights

from example_card import CARD
from explorer.errors import RequestError, WeightsError
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.weights import builtin
from explorer.weights.availability import Availability, availability, fetch, inventory, parse_name
from explorer.weights.download import DownloadProgress
from explorer.weights.model_cards import save_network


@pytest.fixture
def builtin_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only file in the folder of built-in networks."""
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    path = tmp_path / "resnet18.safetensors"
    network = NarrowResNet.like(VARIANTS["resnet18"].build(), width=4, num_classes=2)
    save_network(network, CARD, path)
    return path


@pytest.fixture
def torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


def test_a_built_in_network_is_here_and_says_how_many_categories_it_knows(
    builtin_file: Path,
) -> None:
    weights = availability("resnet18", WeightSource.BUILTIN)
    assert (weights.here, weights.exists, weights.path) == (True, True, builtin_file)
    assert weights.title == "Built-in (2 categories)"
    assert weights.name == "resnet18/builtin"
    assert weights.size_mb == builtin_file.stat().st_size / 1e6
    assert weights.download_mb is None


def test_a_built_in_network_that_does_not_ship_does_not_exist(builtin_file: Path) -> None:
    assert availability("resnet34", "builtin").exists is False


def test_imagenet_weights_are_offered_with_size_url_and_path(torch_home: Path) -> None:
    weights = ResNet50_Weights.IMAGENET1K_V2
    path = torch_home / weights.url.rpartition("/")[2]
    assert availability("resnet50", "imagenet-new") == Availability(
        variant="resnet50",
        source=WeightSource.IMAGENET_NEW,
        title="ImageNet, new recipe",
        here=False,
        path=path,
        url=weights.url,
        size_mb=pytest.approx(102.54, abs=0.01),
    )
    assert availability("resnet50", "imagenet-new").download_mb == pytest.approx(102.54, abs=0.01)
    path.parent.mkdir(parents=True)
    path.touch()
    here = availability("resnet50", "imagenet-new")
    assert (here.here, here.download_mb, here.size_mb) == (
        True,
        None,
        pytest.approx(102.54, abs=0.01),
    )


def test_a_recipe_that_a_variant_lacks_does_not_exist() -> None:
    assert availability("resnet18", "imagenet-new").exists is False
    assert availability("resnext101_64x4d", "imagenet-classic").exists is False


def test_untrained_weights_and_the_readers_own_need_no_download() -> None:
    for source in (WeightSource.UNTRAINED, WeightSource.CHECKPOINT):
        weights = availability("resnet152", source)
        assert (weights.here, weights.url, weights.download_mb) == (True, None, None)


def test_unknown_variants_are_refused() -> None:
    with pytest.raises(RequestError, match="no variant 'resnet19'"):
        availability("resnet19", "builtin")


def test_the_inventory_holds_every_file_once(builtin_file: Path, torch_home: Path) -> None:
    names = [weights.name for weights in inventory()]
    assert names[0] == "resnet18/builtin"
    assert len(names) == len(set(names)) == 23  # 1 built in, 11 classic, 8 new, 3 others
    assert [parse_name(name) for name in names] == [(w.variant, w.source) for w in inventory()]


def test_asking_for_built_in_and_untrained_weights_does_not_import_torch() -> None:
    script = (
        "import json, sys\n"
        "from explorer.networks.weight_sources import WeightSource\n"
        "from explorer.weights.availability import availability\n"
        "for source in (WeightSource.BUILTIN, WeightSource.UNTRAINED):\n"
        "    availability('resnet18', source)\n"
        "print(json.dumps('torch' in sys.modules))"
    )
    assert json.loads(subprocess.check_output([sys.executable, "-c", script])) is False


@pytest.mark.parametrize("name", ["resnet18", "resnet18:builtin", "resnet18/random:0", "", "/"])
def test_names_of_other_forms_are_answered_with_an_example(name: str) -> None:
    with pytest.raises(WeightsError, match="as in resnet50/imagenet-new"):
        parse_name(name)


def test_names_of_unknown_variants_are_refused() -> None:
    with pytest.raises(RequestError, match="no variant 'resnet19'"):
        parse_name("resnet19/builtin")


def test_fetching_puts_the_file_into_torchs_folder(
    torch_home: Path, file_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = torch.arange(3).numpy().tobytes()
    name = f"resnet18-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    file_server.files[name] = content
    monkeypatch.setattr(ResNet18_Weights.IMAGENET1K_V1.value, "url", file_server.url(name))
    assert list(fetch("resnet18", "imagenet-classic")) == [
        DownloadProgress(len(content), len(content))
    ]
    assert (torch_home / name).read_bytes() == content
    assert availability("resnet18", "imagenet-classic").here


@pytest.mark.parametrize("source", ["builtin", "random", "checkpoint"])
def test_what_needs_no_download_is_not_fetched(source: str) -> None:
    with pytest.raises(WeightsError, match="need no download"):
        list(fetch("resnet18", source))
