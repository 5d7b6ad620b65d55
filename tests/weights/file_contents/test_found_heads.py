"""Heads that are not one linear layer; the oracle is the module that was saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from explorer.errors import RequestError, WeightsError
from explorer.explain.analysis import analyze
from explorer.explain.batches import explain_many
from explorer.networks.class_outputs import Outputs
from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network
from explorer.photos.geometry import to_tensor
from explorer.photos.samples import SAMPLES
from explorer.weights.loading import load
from narrow_checkpoints import CHANNELS, CLASSES, answers, fastai, narrow, renamed, with_head

Save = Callable[[Mapping[str, Any]], Path]


@pytest.fixture
def saved(tmp_path: Path) -> Save:
    def save(content: Mapping[str, Any]) -> Path:
        torch.save(dict(content), tmp_path / "net.pth")
        return tmp_path / "net.pth"

    return save


def linear(inputs: int = CHANNELS, outputs: int = CLASSES, bias: bool = True) -> nn.Linear:
    return nn.Linear(inputs, outputs, bias)


HEADS = {
    "dropout": nn.Sequential(nn.Dropout(), linear()),
    "no bias": linear(bias=False),
    "two layers": nn.Sequential(linear(outputs=6), nn.ReLU(), nn.Dropout(), linear(6)),
    "norm, then ReLU": nn.Sequential(
        linear(outputs=6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(), linear(6)
    ),
    "ReLU, then norm": nn.Sequential(
        linear(outputs=6), nn.ReLU(), nn.BatchNorm1d(6), nn.Dropout(), linear(6)
    ),
    "norm first": nn.Sequential(nn.BatchNorm1d(CHANNELS), nn.Dropout(), linear()),
    "layer norm": nn.Sequential(nn.LayerNorm(CHANNELS), linear()),
    "no activation": nn.Sequential(linear(outputs=6), linear(6)),
    "three layers": nn.Sequential(
        linear(outputs=8), nn.ReLU(), linear(8, CHANNELS), nn.ReLU(), linear()
    ),
    "eleven places": nn.Sequential(
        linear(outputs=8), *(nn.Dropout() for _ in range(8)), nn.ReLU(), linear(8)
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_gives_the_logits_of_the_module_that_was_saved(name: str, saved: Save) -> None:
    network = with_head(HEADS[name])
    loaded = load(weights=saved(network.state_dict()))
    assert torch.equal(answers(loaded.module), answers(network))
    assert len(loaded.labels) == CLASSES
    chained = nn.Sequential(*loaded.chain.values())
    assert torch.equal(answers(chained), answers(network))
    expected = sum(parameter.numel() for parameter in network.parameters())
    assert layer_summary(loaded).params == expected


@pytest.mark.parametrize("names", [("fc1", "fc2"), ("head_a", "head_b"), ("z", "a")])
def test_layers_with_names_of_their_own_follow_each_other(
    names: tuple[str, str], saved: Save
) -> None:
    first, second = linear(outputs=6), linear(6)
    network = with_head(nn.Sequential(first, nn.ReLU(), second))
    state = dict(narrow().state_dict())
    for entry in ("weight", "bias"):
        del state[f"fc.{entry}"]
        state[f"{names[0]}.{entry}"] = first.state_dict()[entry]
        state[f"{names[1]}.{entry}"] = second.state_dict()[entry]
    loaded = load(weights=saved(state))
    assert torch.equal(answers(loaded.module), answers(network))
    assert any("ReLU between them is assumed" in note for note in loaded.weights.notes)


def test_an_activation_that_the_file_states_is_used(saved: Save) -> None:
    network = with_head(nn.Sequential(linear(outputs=6), nn.GELU(), linear(6)))
    content = {"state_dict": network.state_dict(), "hyper_parameters": {"activation": "gelu"}}
    loaded = load(weights=saved(content))
    assert torch.equal(answers(loaded.module), answers(network))
    assert loaded.weights.notes == ()


class ConcatPool(nn.Module):
    """As fastai/layers.py, `AdaptiveConcatPool2d`."""

    def forward(self, x: Tensor) -> Tensor:
        maximum, mean = nn.AdaptiveMaxPool2d(1)(x), nn.AdaptiveAvgPool2d(1)(x)
        return torch.cat([maximum, mean], 1)


def test_fastais_own_head_is_computed_with_its_pooling(saved: Save) -> None:
    head = nn.Sequential(  # fastai/vision/learner.py, `create_head`
        ConcatPool(),
        nn.Flatten(),
        nn.BatchNorm1d(2 * CHANNELS),
        nn.Dropout(),
        nn.Linear(2 * CHANNELS, 6, bias=False),
        nn.ReLU(),
        nn.BatchNorm1d(6),
        nn.Dropout(),
        nn.Linear(6, CLASSES, bias=False),
    ).eval()
    network = narrow()
    state = {k: v for k, v in renamed(network, fastai).items() if not k.startswith("1.")}
    state |= {f"1.{name}": tensor for name, tensor in head.state_dict().items()}
    loaded = load(weights=saved({"model": state, "opt": {}}))
    network.avgpool, network.fc = nn.Identity(), nn.Identity()
    torch.manual_seed(7)
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        cells = nn.Sequential(*list(network.children())[:-2])(x)
        assert torch.equal(loaded.module(x), head(cells))


def test_a_head_that_is_no_chain_of_layers_is_refused_in_a_sentence(saved: Save) -> None:
    state = dict(narrow().state_dict())
    del state["fc.weight"], state["fc.bias"]
    for entries in (
        {"fc.weight": torch.ones(CLASSES, 49 * CHANNELS), "fc.bias": torch.ones(CLASSES)},
        {"fc.weight_g": torch.ones(CLASSES, 1), "fc.weight_v": torch.ones(CLASSES, CHANNELS)},
    ):
        with pytest.raises(WeightsError, match=r"The head of net\.pth, fc, is no chain of linear"):
            load(weights=saved({**state, **entries}))


def test_of_several_heads_one_is_taken_and_the_others_are_named(saved: Save) -> None:
    network = narrow()
    state = dict(network.state_dict())
    state |= {"age.weight": torch.ones(9, CHANNELS), "age.bias": torch.ones(9)}
    loaded = load(weights=saved(state))
    assert torch.equal(answers(loaded.module), answers(network))
    assert any("several heads; this is fc, and age" in note for note in loaded.weights.notes)


def without_head() -> dict[str, Tensor]:
    state = narrow().state_dict()
    return {name: tensor for name, tensor in state.items() if not name.startswith("fc.")}


@pytest.mark.parametrize("beside", [{}, {"projector.0.weight": torch.ones(8, CHANNELS)}])
def test_a_network_without_head_shows_its_blocks_and_says_why_it_explains_nothing(
    beside: dict[str, Tensor], saved: Save
) -> None:
    network = load(weights=saved({**without_head(), **beside}))
    assert (network.labels, network.weights.outputs) == ((), Outputs.FEATURES)
    assert "no classes" in network.weights.line
    photo = SAMPLES["motorcycle"].open()
    analysis = analyze(network, photo)
    assert analysis.predictions == ()
    whole = narrow()
    whole.fc = nn.Identity()
    with torch.no_grad():
        features = whole(to_tensor(photo, network.weights.preprocessing))[0]
    assert torch.allclose(analysis.forward_pass.logits, features, atol=1e-6)
    assert analysis.forward_pass.outputs["layer4.1"].shape[1] == CHANNELS
    assert layer_summary(network).links["head"].params == 0
    for explain in (analysis.heatmap, analysis.ladder):
        with pytest.raises(RequestError, match="has no head"):
            explain()
    with pytest.raises(RequestError, match="has no head"):
        list(explain_many(network, [lambda: photo]))
    with pytest.raises(RequestError, match="has no head"):
        network.find_class("cat")


@pytest.fixture
def one_logit(saved: Save) -> Network:
    return load(weights=saved(narrow(classes=1).state_dict()), labels=["leopard"])


def test_one_logit_is_a_yes_or_no_with_a_sigmoid(one_logit: Network) -> None:
    photo = SAMPLES["motorcycle"].open()
    analysis = analyze(one_logit, photo)
    with torch.no_grad():
        z = narrow(classes=1)(to_tensor(photo, one_logit.weights.preprocessing))[0, 0]
    assert one_logit.labels == ("not leopard", "leopard")
    yes, no = analysis.prediction("leopard"), analysis.prediction("not leopard")
    assert yes.probability == pytest.approx(torch.sigmoid(z).item(), abs=1e-6)
    assert no.probability == pytest.approx(1 - yes.probability, abs=1e-6)
    assert "sigmoid" in " ".join(one_logit.weights.remarks)
    assert layer_summary(one_logit).links["head"].params == CHANNELS + 1


def test_the_maps_of_yes_and_no_are_each_others_negative(one_logit: Network) -> None:
    photo = SAMPLES["motorcycle"].open()
    analysis = analyze(one_logit, photo)
    for method in ("grad-cam", "integrated-gradients"):
        yes = analysis.heatmap(target="leopard", signed=True, method=method)
        no = analysis.heatmap(target="not leopard", signed=True, method=method)
        assert torch.allclose(torch.tensor(yes), -torch.tensor(no), atol=1e-5)
    ((many,),) = explain_many(one_logit, [lambda: photo], target="leopard", signed=True)
    assert torch.allclose(
        torch.tensor(many.heatmap),
        torch.tensor(analysis.heatmap(target="leopard", signed=True)),
        atol=1e-5,
    )


def test_two_names_or_none_name_a_single_logit(saved: Save) -> None:
    path = saved({"net": narrow(classes=1).state_dict(), "classes": ["ant", "bee"]})
    assert load(weights=path).labels == ("ant", "bee")
    path = saved(narrow(classes=1).state_dict())
    assert load(weights=path).labels == ("no", "yes")
    assert load(weights=path, labels=["ant", "bee"]).labels == ("ant", "bee")
    with pytest.raises(WeightsError, match="a softmax is always 1"):
        load(weights=path, outputs="softmax")


@pytest.mark.parametrize(
    ("stated", "options"),
    [
        ({}, {"outputs": "sigmoid"}),
        ({"args": {"multi_label": True}}, {}),
        ({"loss": "BCEWithLogitsLoss"}, {}),
        ({"config": {"problem_type": "multi_label_classification"}}, {}),
    ],
)
def test_independent_classes_have_a_sigmoid_each(
    stated: dict[str, Any], options: dict[str, Any], saved: Save
) -> None:
    network = load(weights=saved({"net": narrow().state_dict(), **stated}), **options)
    photo = SAMPLES["motorcycle"].open()
    analysis = analyze(network, photo)
    assert network.weights.outputs is Outputs.SIGMOID
    expected = analysis.forward_pass.logits.sigmoid()
    assert torch.allclose(torch.tensor(analysis.probabilities), expected)
    assert "need not add up" in network.weights.calibration
    exclusive = load(weights=saved({"net": narrow().state_dict(), **stated}), outputs="softmax")
    assert analyze(exclusive, photo).probabilities.sum() == pytest.approx(1, abs=1e-5)
