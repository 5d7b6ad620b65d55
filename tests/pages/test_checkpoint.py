"""A reader's own checkpoint on the Explain page, without a browser."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torchvision.models.resnet import BasicBlock

from chosen_in_bar import choose_depth, choose_weights
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import VARIANTS
from explorer.paths import ENTRY_SCRIPT
from explorer.serving import policy
from explorer.serving.policy import Policy
from explorer.weights.builtin import find
from patience import PATIENCE


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    """The app with checkpoints allowed, and `tmp_path` as its folder of temporary files."""
    monkeypatch.setattr(policy, "_current", Policy(checkpoints=True))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()


def bring(app: AppTest, content: bytes, name: str = "secret-name.safetensors") -> None:
    uploaders = [each for each in app.file_uploader if each.label == "My checkpoint"]
    uploaders[0].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception


def chosen(app: AppTest) -> tuple[str, str]:
    """The variant and the weights that are chosen."""
    return app.session_state["variant"], app.session_state["weights"]


def resnet34() -> bytes:
    """A small untrained ResNet-34 with three classes, as a .pth file."""
    buffer = io.BytesIO()
    network = NarrowResNet(BasicBlock, (3, 4, 6, 3), width=16, num_classes=3)
    torch.save(network.state_dict(), buffer)
    return buffer.getvalue()


def page_text(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.header]
    return " ".join(str(element.value) for element in elements)


def test_without_permission_there_is_no_uploader_for_it() -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert [uploader.label for uploader in app.file_uploader] == [
        "Add your photos",
        "All photos of a folder",
    ]


def test_a_checkpoint_is_explained_and_leaves_no_file_name_or_link(
    app: AppTest, tmp_path: Path
) -> None:
    bring(app, resnet34(), "secret-name.pth")
    assert chosen(app) == ("resnet34", "checkpoint")
    assert "ResNet-34, my checkpoint" in page_text(app)
    assert "secret-name" not in page_text(app)
    assert "weights" not in app.query_params
    assert list(tmp_path.iterdir()) == []
    other = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert "my_checkpoint" not in other.session_state


def test_another_checkpoint_takes_its_place_and_removing_it_goes_back(app: AppTest) -> None:
    bring(app, resnet34(), "secret-name.pth")
    bring(app, find(VARIANTS["resnet18"]).read_bytes())
    assert app.session_state["my_checkpoint"].variant.name == "resnet18"
    next(button for button in app.button if button.label == "Remove my checkpoint").click().run()
    assert chosen(app) == ("resnet18", "builtin")
    assert "my_checkpoint" not in app.session_state


def test_another_depth_leaves_the_checkpoint_for_the_built_in_weights(app: AppTest) -> None:
    bring(app, resnet34(), "secret-name.pth")
    choose_depth(app, "resnet18")
    assert chosen(app) == ("resnet18", "builtin")
    choose_weights(app, "checkpoint")
    assert chosen(app) == ("resnet34", "checkpoint")
    assert "ResNet-34, my checkpoint" in page_text(app)


def test_a_file_that_is_no_resnet_is_refused_in_one_sentence(app: AppTest, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    torch.save({"x": torch.zeros(3)}, buffer)
    bring(app, buffer.getvalue(), "secret-name.pth")
    (problem,) = [str(error.value) for error in app.error]
    assert problem.startswith("This file holds no ResNet")
    assert chosen(app) == ("resnet18", "builtin")
    assert list(tmp_path.iterdir()) == []
