"""Tests of explorer/ui/networks/opening_weights.py."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torchvision.models import get_model

from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.geometry import IMAGENET
from explorer.serving import policy
from explorer.serving.policy import Policy
from explorer.ui.frame import torch_runtime
from explorer.ui.networks import opening_weights
from explorer.ui.networks.opening_weights import FILES, folder, opening
from explorer.weights import imagenet
from explorer.weights.pool import NetworkKey
from patience import PATIENCE


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The app of one person, on whose machine ResNet-18 was fetched; its weights are random."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(policy, "_current", Policy(private=True))
    folder().mkdir(parents=True)
    (folder() / "resnet18-f37072fd.pth").touch()
    source, variant = WeightSource.IMAGENET_CLASSIC, VARIANTS["resnet18"]
    labels = tuple(f"class {number}" for number in range(1000))
    weights = Weights(source, source, source.heading, labels, IMAGENET, "never trained")
    torch.manual_seed(0)
    network = Network(variant, weights, get_model("resnet18"), torch.device("cpu"))
    key = NetworkKey("resnet18", source, "cpu")
    monkeypatch.setitem(torch_runtime.pool()._networks, key, network)


def opened(**choices: str) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in choices.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(str(element.value) for element in app.caption)


def link(app: AppTest) -> dict[str, str]:
    return {
        name: value[0] if isinstance(value, list) else value
        for name, value in app.query_params.items()
    }


def test_the_files_are_those_that_torchvision_publishes() -> None:
    published = {
        Path(urlparse(weights.url).path).name: (name, source.value)
        for name, variant in VARIANTS.items()
        if variant.family == "ResNet"
        for source, weights in imagenet.published(variant).items()
    }
    assert published == FILES


@pytest.mark.parametrize("variable", ["TORCH_HOME", "XDG_CACHE_HOME", ""])
def test_the_folder_is_that_of_torch(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    assert folder() == Path(torch.hub.get_dir()) / "checkpoints"


@pytest.mark.usefixtures("fetched")
def test_only_the_app_of_one_person_opens_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opening() == {"variant": "resnet18", "weights": "imagenet-classic"}
    (folder() / "resnet50-11ad3fa6.pth").touch()
    assert opening() == {"variant": "resnet50", "weights": "imagenet-new"}
    assert opening(lessons=True) == {}
    monkeypatch.setattr(policy, "_current", Policy())
    assert opening() == {}


@pytest.mark.usefixtures("fetched")
def test_a_session_opens_on_them_and_says_so_and_every_link_names_its_weights() -> None:
    app = opened()
    assert "opens on these weights, with 1,000 classes" in said(app)
    assert link(app) == {"variant": "resnet18", "weights": "imagenet-classic"}
    app.toggle(key="switch_whole").set_value(True).run()
    named = {"variant": "resnet18", "weights": "imagenet-classic", "framing": "whole"}
    assert link(app) == named
    next(button for button in app.button if button.key == "take_built_in").click().run()
    assert "opens on" not in said(app)
    assert link(app) == named | {"weights": "builtin"}


@pytest.mark.usefixtures("fetched")
def test_an_old_link_and_the_lessons_stay_on_the_built_in_networks() -> None:
    app = opened(sample="cat")
    assert app.session_state["weights"] == "builtin"
    app = opened()
    assert opening_weights.opening()
    app.switch_page(str(PAGES / "lessons.py")).run()
    assert app.session_state["weights"] == "builtin"
