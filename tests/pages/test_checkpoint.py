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
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.geometry import Preprocessing
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
    return " ".join(str(element.value) for element in elements).replace("\xa0", " ")


def test_without_permission_there_is_no_uploader_for_it() -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert [uploader.label for uploader in app.file_uploader] == [
        "Add your photos",
        "All photos of a folder",
    ]


def test_a_checkpoint_is_explained_and_stays_with_its_session_without_a_file_name(
    app: AppTest, tmp_path: Path
) -> None:
    bring(app, resnet34(), "secret-name.pth")
    assert chosen(app) == ("resnet34", "checkpoint")
    assert "ResNet-34, my checkpoint" in page_text(app)
    assert "secret-name" not in page_text(app)
    link = dict(app.query_params.items())
    assert link == {"variant": "resnet34", "weights": "checkpoint"}
    assert list(tmp_path.iterdir()) == []
    other = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        other.query_params[name] = value
    other.run()
    assert "my_checkpoint" not in other.session_state
    assert chosen(other) == ("resnet34", "builtin")
    assert "This link meant a checkpoint that was uploaded" in page_text(other)
    choose_weights(other, "random:0")
    assert "This link meant" not in page_text(other)


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


def two_networks() -> bytes:
    """Two small untrained ResNet-18 with three independent classes, plain and averaged."""
    buffer = io.BytesIO()
    states = [NarrowResNet(BasicBlock, (2, 2, 2, 2), 4, 3).state_dict() for _ in range(2)]
    content = {"model": states[0], "model_ema": states[1], "multi_label": True, "img_size": 64}
    torch.save(content, buffer)
    return buffer.getvalue()


def read_again(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Read it like this").click().run()
    assert not app.exception


def test_what_is_assumed_is_said_and_the_reader_can_change_it(app: AppTest) -> None:
    bring(app, two_networks())
    assert "model_ema of 2 networks in the file" in page_text(app)
    assert "ImageNet's assumed" in page_text(app)
    assert "the probabilities need not add up to 100 %" in page_text(app)

    app.number_input(key="read_size").set_value(96)
    app.text_input(key="read_mean").set_value("0.5")
    app.text_input(key="read_std").set_value("0.25, 0.25, 0.25")
    app.segmented_control(key="read_fit").set_value("Squashed")
    app.text_area(key="read_names").set_value("ant\nbee\ncat")
    read_again(app)
    weights = app.session_state["my_checkpoint"].weights
    assert weights.preprocessing == Preprocessing(96, 110, (0.5,) * 3, (0.25,) * 3, squash=True)
    assert weights.labels == ("ant", "bee", "cat")
    assert "ImageNet's assumed" not in page_text(app)
    assert app.selectbox(key="class_search").options == ["ant", "bee", "cat"]

    assert "3 classes: ant, bee, cat" in page_text(app).replace("\\", "")
    labels = ("labels.txt", b"dog\nelk\nfox\n", "text/plain")
    names_file = "Or a file of class names"
    next(field for field in app.file_uploader if field.label == names_file).set_value(labels)
    read_again(app)
    assert app.session_state["my_checkpoint"].weights.labels == ("dog", "elk", "fox")

    app.selectbox(key="read_part").set_value("model")
    read_again(app)
    assert app.session_state["my_checkpoint"].weights.part == "model"
    app.text_area(key="read_names").set_value("too\nfew")
    read_again(app)
    assert "2 labels are given, the network has 3 classes" in page_text(app).replace("\\", "")


def test_a_network_without_head_shows_its_blocks_and_says_why_it_explains_nothing(
    app: AppTest,
) -> None:
    network, buffer = NarrowResNet(BasicBlock, (2, 2, 2, 2), 16, 3), io.BytesIO()
    network.fc = torch.nn.Identity()
    torch.save({"encoder": network.state_dict()}, buffer)
    bring(app, buffer.getvalue())
    (problem,) = [str(error.value) for error in app.error]
    assert problem.startswith("This network has no head")
    for page in ("activations", "anatomy", "poke", "many"):
        app.switch_page(str(PAGES / f"{page}.py")).run()
        assert not app.exception, page
        shows = page in ("activations", "anatomy")
        assert bool(app.error) != shows, page
