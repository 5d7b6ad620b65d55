"""Tests of explorer/networks/other_families.py.

Chains against the models' own answers, maps by hand.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.models import DenseNet121_Weights, VisionTransformer

from explorer import analyze, load
from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.measurements import Setup
from explorer.costs.random_networks import random_network
from explorer.errors import WeightsError
from explorer.explain.batches import explain_many
from explorer.explain.duel import STAGES, block_at
from explorer.networks.block_names import HEAD, STEM
from explorer.networks.network import Network
from explorer.networks.other_families import contrast_chain
from explorer.networks.variants import CONTRAST
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.photos.geometry import IMAGENET
from explorer.weights import imagenet
from explorer.weights.imagenet import labels

WEIGHTS = Weights(
    "random",
    WeightSource.UNTRAINED,
    "Untrained",
    labels(),
    IMAGENET,
    "Random numbers, never trained.",
)
VIT, LAST_OFFERED = "vit_b_16", "layer4.encoder_layer_10"


def network(name: str, module: nn.Module, side: int) -> Network:
    preprocessing = replace(IMAGENET, crop_size=side, resize_size=side)
    weights = replace(WEIGHTS, preprocessing=preprocessing)
    return Network(CONTRAST[name], weights, module, torch.device("cpu"))


@pytest.fixture(scope="module")
def vit() -> Network:
    """ViT-B/16 at a sixteenth of its width; its head is random, as zero would give blank maps."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = VisionTransformer(224, 16, 12, num_heads=3, hidden_dim=48, mlp_dim=96)
        nn.init.normal_(model.heads.head.weight)
    return network(VIT, model, 224)


def side_of(name: str) -> int:
    return 224 if name == VIT else 64


@pytest.mark.parametrize("name", CONTRAST)
def test_the_chain_gives_the_models_own_logits(name: str) -> None:
    model = random_network(find_benchmark_model(name), Setup(name))
    x = torch.rand(2, 3, side_of(name), side_of(name), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, y = model(x), x
        for link in contrast_chain(model).values():
            y = link(y)
    assert expected.abs().max() > 0
    assert torch.equal(y, expected)


@pytest.mark.parametrize("name", CONTRAST)
def test_the_links_hold_every_weight_once(name: str) -> None:
    model = find_benchmark_model(name).build()
    parameters = [p for link in contrast_chain(model).values() for p in link.parameters()]
    assert len(parameters) == len(list(model.parameters()))
    assert {id(p) for p in parameters} == {id(p) for p in model.parameters()}


@pytest.mark.parametrize("name", CONTRAST)
def test_every_stage_of_a_duel_has_an_end(name: str) -> None:
    links = contrast_chain(find_benchmark_model(name).build())
    assert (next(iter(links)), list(links)[-1]) == (STEM, HEAD)
    assert {link.partition(".")[0] for link in links} >= set(STAGES)


def test_forgetting_the_relu_behind_densenets_last_norm_would_change_the_logits() -> None:
    model = random_network(find_benchmark_model("densenet121"), Setup("densenet121"))
    chain = contrast_chain(model)
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        expected, without = model(x), chain[HEAD](model.features(x))
    assert (without - expected).abs().max() > 0.1 * expected.abs().max()


def test_what_is_no_network_of_the_group_has_no_chain() -> None:
    with pytest.raises(TypeError, match="Linear has no chain"):
        contrast_chain(nn.Linear(1, 1))


@pytest.mark.parametrize("name", ["densenet121", "efficientnet_b0"])
def test_the_ladder_of_a_convolutional_network_is_captums(name: str, photo: Image.Image) -> None:
    module = random_network(find_benchmark_model(name), Setup(name))
    analysis = analyze(network(name, module, 96), photo)
    block = block_at(analysis.network, "layer3")
    ladder = analysis.ladder(target=3, signed=True)
    assert set(ladder) == set(analysis.network.blocks)
    expected = analysis.heatmap(block, target=3, signed=True)
    np.testing.assert_allclose(ladder[block], expected, rtol=1e-4, atol=1e-5 * abs(expected).max())


def test_a_map_of_vit_lies_on_the_grid_of_its_patches(vit: Network, photo: Image.Image) -> None:
    analysis = analyze(vit, photo)
    expected = by_hand(vit, analysis.forward_pass.x, target=7)
    heatmap = analysis.heatmap(LAST_OFFERED, target=7, signed=True)
    assert heatmap.shape == (14, 14)
    assert abs(expected).max() > 0
    np.testing.assert_allclose(heatmap, expected, rtol=1e-3, atol=1e-4 * abs(expected).max())
    ladder = analysis.ladder(target=7, signed=True)[LAST_OFFERED]
    np.testing.assert_allclose(ladder, expected, rtol=1e-3, atol=1e-4 * abs(expected).max())


def test_photos_in_a_batch_get_the_same_maps_of_vit(vit: Network, photo: Image.Image) -> None:
    mirrored = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    photos = [lambda: photo, lambda: mirrored]
    ((_, second),) = explain_many(vit, photos, LAST_OFFERED, target=7, signed=True)
    expected = analyze(vit, mirrored).heatmap(LAST_OFFERED, target=7, signed=True)
    np.testing.assert_allclose(second.heatmap, expected, rtol=1e-3, atol=1e-4 * abs(expected).max())


def test_no_gradient_reaches_the_patches_behind_vits_last_block(vit: Network) -> None:
    """This is why the last block is not offered."""
    assert vit.blocks[-1] == LAST_OFFERED
    last = vit.module.encoder.layers.encoder_layer_11
    assert last in vit.chain[HEAD]
    tokens = torch.rand(1, 197, 48)
    with torch.no_grad():
        output = last(tokens)
    output.requires_grad_()
    logits = vit.chain[HEAD][1:](output)
    (gradient,) = torch.autograd.grad(logits[0, 7], output)
    assert gradient[0, 0].abs().max() > 0
    assert torch.equal(gradient[0, 1:], torch.zeros(196, 48))


def test_a_published_file_is_loaded_with_its_old_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made here with the shapes and names of the real one, which has no batch counters either."""
    model = random_network(find_benchmark_model("densenet121"), Setup("densenet121"))
    old = {
        re.sub(r"(denselayer\d+\.[a-z]+)([12])\.", r"\1.\2.", name): tensor
        for name, tensor in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    buffer = BytesIO()
    torch.save(old, buffer)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    published = DenseNet121_Weights.IMAGENET1K_V1
    monkeypatch.setattr(published.value, "url", f"https://x.test/densenet121-{digest[:8]}.pth")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    path = imagenet.cached_path(published)
    path.parent.mkdir(parents=True)
    path.write_bytes(buffer.getvalue())

    loaded = load("densenet121", "imagenet-other", download=False)
    assert (loaded.weights.source, loaded.weights.top1) == (WeightSource.IMAGENET_OTHER, 74.434)
    assert len(loaded.labels) == 1000
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(loaded.module(x), model(x))


def test_networks_that_are_no_resnets_do_not_come_untrained() -> None:
    with pytest.raises(WeightsError, match="Only ResNets come untrained"):
        load("vgg16", "random:0")


def by_hand(vit: Network, x: Tensor, target: int) -> np.ndarray:
    """Grad-CAM of the last block offered, hooked into a private model, token by token."""
    model, outputs = vit.private_module(), {}
    layer = model.encoder.layers.encoder_layer_10
    layer.register_forward_hook(lambda module, inputs, output: outputs.update(tokens=output))
    logits = model(x.clone().requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], outputs["tokens"])
    weights = gradient[0, 1:].mean(0)
    importance = outputs["tokens"][0, 1:] @ weights
    return importance.detach().reshape(14, 14).numpy()
