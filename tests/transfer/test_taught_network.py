from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torchvision.models import vgg16

from explorer import analyze
from explorer.errors import RequestError
from explorer.networks.network import Network
from explorer.networks.variants import find_variant
from explorer.networks.weight_sources import WeightSource
from explorer.photos.geometry import to_tensor
from explorer.transfer.linear_heads import LinearHead, fit_probe
from explorer.transfer.taught_network import base_in_words, taught_network, with_head
from explorer.transfer.taught_record import How
from explorer.weights.loading import load
from narrow_checkpoints import CHANNELS, narrow, narrow_50
from taught_example import LABELS, SIDES, base, photos


def inputs(every: tuple[Image.Image, ...]) -> torch.Tensor:
    return torch.cat([to_tensor(photo, SIDES) for photo in every])


def pooled(module: nn.Module, x: torch.Tensor) -> np.ndarray:
    """The features before the head, from torchvision's own forward pass."""
    headless = copy.deepcopy(module)
    headless.fc = nn.Identity()
    with torch.no_grad():
        features: np.ndarray = headless.eval()(x).numpy()
    return features


@pytest.mark.parametrize("classes", [3, 2])
@pytest.mark.parametrize("make", [narrow, narrow_50])
def test_the_folded_head_gives_the_decision_function_of_scikit_learn(
    make: object, classes: int
) -> None:
    network, every = base(make()), photos(8)  # type: ignore[operator]
    kept = every.classes < classes
    x = inputs(every.photos)
    features, targets = pooled(network.module, x[kept]), every.classes[kept]
    head = fit_probe(features, targets, classes, strength=0.1)
    taught = with_head(network, head, LABELS[:classes])
    reference = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.1, tol=1e-8, max_iter=10_000)
    ).fit(features.astype(np.float64), targets)
    with torch.no_grad():
        logits = taught.module(x).numpy()
    decision = reference.decision_function(pooled(network.module, x).astype(np.float64))
    if classes == 2:
        assert logits.shape == (len(x), 2)
        np.testing.assert_allclose(logits[:, 1] - logits[:, 0], decision, atol=1e-4)
    else:
        centred = logits - logits.mean(1, keepdims=True)  # a softmax is blind to a common shift
        np.testing.assert_allclose(
            centred, decision - decision.mean(1, keepdims=True), rtol=1e-4, atol=1e-4
        )


def head_of(seed: int = 0, classes: int = 3, features: int = CHANNELS) -> LinearHead:
    random = np.random.default_rng(seed)
    weight = random.normal(size=(classes, features)).astype(np.float32)
    return LinearHead(weight, random.normal(size=classes).astype(np.float32))


def test_the_backbone_is_shared_and_stays_as_it_is() -> None:
    network = base()
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    own_modules = list(network.module.modules())
    taught = with_head(network, head_of(), LABELS)
    state, shared = taught.module.state_dict(), network.module.state_dict()
    for name in before:
        assert torch.equal(shared[name], before[name]), name
        same_memory = state[name].data_ptr() == shared[name].data_ptr()
        assert same_memory != name.startswith("fc."), name
    assert list(network.module.modules()) == own_modules
    assert not set(map(id, taught.module.modules())) & set(map(id, own_modules))
    assert network.labels == tuple("abcde")
    assert not any(parameter.requires_grad for parameter in taught.module.parameters())


def test_its_record_says_where_it_comes_from_and_how_to_use_it() -> None:
    taught = with_head(base(), head_of(), LABELS, temperature=0.5)
    weights = taught.weights
    assert (weights.source, weights.title) == (WeightSource.TAUGHT, "My network")
    assert weights.labels == LABELS
    assert weights.preprocessing == SIDES
    assert (weights.temperature, weights.width) == (0.5, 4)
    assert "ResNet-18 (my checkpoint, width 4 of 64)" in weights.recipe
    assert "secret" not in repr(weights)
    assert weights.line == "my network, width 4 of 64, 3 classes"
    assert weights.remarks == ()


def test_it_is_analysed_like_any_other_with_its_temperature() -> None:
    photo = photos(1).photos[0]
    cool, warm = (with_head(base(), head_of(), LABELS, temperature=t) for t in (1.0, 4.0))
    analysis = analyze(warm, photo)
    assert {prediction.label for prediction in analysis.predictions} == set(LABELS)
    with torch.no_grad():
        expected = (cool.module(to_tensor(photo, SIDES)) / 4).softmax(1)[0]
    np.testing.assert_allclose(analysis.probabilities, expected, atol=1e-6)
    assert analysis.heatmap(warm.blocks[-1]).shape == (1, 1)


def test_two_heads_on_one_backbone_are_told_apart() -> None:
    network = base()
    first, again, other = (with_head(network, head_of(seed), LABELS) for seed in (0, 0, 1))
    assert first.weights.sha256 == again.weights.sha256 != other.weights.sha256
    assert len({hash(each.weights) for each in (first, again, other)}) == 2


def test_a_head_for_other_features_and_a_network_of_another_family_are_refused() -> None:
    with pytest.raises(RequestError, match="7 features, and the network has 32"):
        with_head(base(), head_of(features=7), LABELS)
    with torch.device("meta"):
        module = vgg16(num_classes=2)
    network = Network(find_variant("vgg16"), base().weights, module, torch.device("cpu"))
    with pytest.raises(RequestError, match="VGG-16 cannot be taught other classes here"):
        with_head(network, head_of(), LABELS)


def test_a_head_of_several_layers_with_another_pooling_gives_way() -> None:
    from explorer.networks.heads import MaximumAndMean

    module = narrow()
    module.avgpool, module.fc = MaximumAndMean(), nn.Sequential(nn.Linear(2 * CHANNELS, 5))
    taught, plain = (with_head(base(each), head_of(), LABELS) for each in (module, narrow()))
    x = inputs(photos(1).photos)
    with torch.no_grad():
        assert torch.equal(taught.module(x), plain.module(x))


def test_the_base_is_described_by_what_it_is() -> None:
    assert base_in_words(load("resnet18")) == "ResNet-18 (built-in, quarter width)"
    full = replace(base().weights, source=WeightSource.IMAGENET_NEW, width=64)
    named = Network(find_variant("resnet18"), full, narrow(), torch.device("cpu"))
    assert base_in_words(named) == "ResNet-18 (ImageNet, new recipe)"


def test_a_trained_module_becomes_a_frozen_network() -> None:
    module = narrow(classes=3).train().requires_grad_(True)
    taught = taught_network(module, base(), How.ALL, LABELS)
    assert not taught.module.training
    assert not any(parameter.requires_grad for parameter in taught.module.parameters())
    assert "trained together with all the layers" in taught.weights.recipe
