"""Tests of explorer/blocks/residual_parts.py, against the network's own output."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from explorer import load
from explorer.blocks.residual_parts import (
    Balance,
    balances,
    in_words,
    plane,
    residual_blocks,
    take_apart,
)
from explorer.errors import RequestError
from explorer.explain.forward_pass import ForwardPass, forward
from explorer.networks.network import Network
from explorer.networks.variants import PLAIN_TWINS, VARIANTS
from explorer.weights import builtin

ANY_WEIGHTS: Any = SimpleNamespace(temperature=1.0, labels=tuple(map(str, range(7))))


@torch.no_grad()
def quickly_filled(module: nn.Module) -> nn.Module:
    """Fill a network from the meta device with numbers that do not overflow in a forward pass."""
    noise = torch.rand(100_003, generator=torch.Generator().manual_seed(0)) - 0.5
    module = module.to_empty(device="cpu")
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            flat = layer.weight.view(-1)
            for start in range(0, len(flat), len(noise)):
                part = flat[start : start + len(noise)]
                part.copy_(noise[: len(part)])
            layer.weight.mul_(math.sqrt(24 / layer.weight[0].numel()))
            if layer.bias is not None:  # memory from the meta device holds anything, even NaN
                layer.bias.zero_()
        elif isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
            layer.weight.copy_(1 + noise[: layer.num_features])
            layer.bias.copy_(noise[-layer.num_features :])
    return module


def small(name: str, width: int = 8) -> Network:
    """An untrained network that computes fast."""
    variant = (VARIANTS | PLAIN_TWINS)[name]
    module = quickly_filled(variant.build(num_classes=7, width=width))
    return Network(variant, ANY_WEIGHTS, module, torch.device("cpu"))  # type: ignore[arg-type]


def pass_of(network: Network, size: int = 64) -> ForwardPass:
    x = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(1))
    return forward(network, x, keep_graph=False)


def assert_parts_make_up_the_block(forward_pass: ForwardPass) -> None:
    before = {name: output.clone() for name, output in forward_pass.outputs.items()}
    for block in residual_blocks(forward_pass.network):
        parts = take_apart(forward_pass, block)
        with torch.no_grad():  # the block itself, hooked nowhere and run once more
            expected = forward_pass.network.chain[block](previous(forward_pass, block).clone())[0]
        tolerance = 1e-5 * expected.abs().max().item()
        output = (parts.shortcut + parts.branch).relu()
        torch.testing.assert_close(output, expected, rtol=1e-5, atol=tolerance)
        torch.testing.assert_close(parts.total.relu(), parts.output, rtol=1e-5, atol=tolerance)
        assert expected.any(), block
        assert parts.branch.min() < 0, block  # nothing that the ReLU has overwritten
    assert all(torch.equal(before[name], forward_pass.outputs[name]) for name in before)


def previous(forward_pass: ForwardPass, block: str) -> Tensor:
    names = list(forward_pass.outputs)
    return forward_pass.outputs[names[names.index(block) - 1]]


@pytest.mark.parametrize("name", VARIANTS)
def test_shortcut_and_branch_make_up_every_block_of_every_variant(name: str) -> None:
    module = quickly_filled(VARIANTS[name].build(num_classes=7))
    network = Network(VARIANTS[name], ANY_WEIGHTS, module, torch.device("cpu"))  # type: ignore[arg-type]
    assert_parts_make_up_the_block(pass_of(network))


SHIPPED = [path.stem for path in sorted(builtin.FOLDER.glob("res*.safetensors"))]


@pytest.mark.parametrize("name", SHIPPED)
def test_shortcut_and_branch_make_up_every_block_of_the_built_in_networks(name: str) -> None:
    assert_parts_make_up_the_block(pass_of(load(name)))


def test_an_untrained_network_of_the_app_is_taken_apart_too() -> None:
    assert_parts_make_up_the_block(pass_of(load("resnet18", "random:0")))


def test_an_identity_shortcut_is_the_input_and_a_projection_is_not() -> None:
    forward_pass = pass_of(small("resnet50"))
    parts = take_apart(forward_pass, "layer2.1")
    assert not parts.projected
    assert torch.equal(parts.shortcut, parts.x)
    first = take_apart(forward_pass, "layer2.0")
    assert first.projected
    assert first.x.shape != first.shortcut.shape == first.output.shape


def test_norms_ratio_and_cosine_are_those_of_the_definition() -> None:
    forward_pass = pass_of(small("resnet18"))
    parts = take_apart(forward_pass, "layer3.1")
    s, f = parts.shortcut.double().flatten(), parts.branch.double().flatten()
    balance = parts.balance
    assert balance.shortcut == pytest.approx(float((s * s).sum().sqrt()), rel=1e-5)
    assert balance.branch == pytest.approx(float((f * f).sum().sqrt()), rel=1e-5)
    assert balance.ratio == pytest.approx(balance.branch / balance.shortcut)
    cosine = float((s * f).sum() / ((s * s).sum() * (f * f).sum()).sqrt())
    assert balance.cosine == pytest.approx(cosine, abs=1e-5)


def test_the_balance_of_all_blocks_is_that_of_each() -> None:
    forward_pass = pass_of(small("resnet34"))
    by_block = balances(forward_pass)
    assert list(by_block) == list(forward_pass.network.blocks[1:])
    assert by_block["layer4.2"] == take_apart(forward_pass, "layer4.2").balance


def test_channels_are_ranked_by_what_the_branch_adds() -> None:
    parts = take_apart(pass_of(small("resnet18")), "layer1.0")
    norms = [float(parts.branch[channel].norm()) for channel in parts.channels]
    assert sorted(parts.channels) == list(range(8))
    assert norms == sorted(norms, reverse=True)


def test_a_map_is_one_channel_or_the_mean_of_all() -> None:
    part = torch.arange(12.0).reshape(3, 2, 2)
    assert plane(part, 2).tolist() == [[8, 9], [10, 11]]
    assert plane(part, None).tolist() == [[4, 5], [6, 7]]


@pytest.mark.parametrize(
    ("balance", "words"),
    [
        (
            Balance(4, 1, 0.05, False),
            "passes its input on and adds F(x), 25 % as strong, pointing neither",
        ),
        (Balance(4, 1, 0.05, False), "little changes"),
        (
            Balance(4, 3, -0.5, False),
            "pointing partly against it (cosine \N{MINUS SIGN}0.50): the sum is weaker",
        ),
        (Balance(4, 3, 0.5, False), "pointing partly along it (cosine 0.50): the sum is stronger"),
        (Balance(4, 8, 0, True), "projects its input to a new shape and adds F(x), 200 % as"),
        (Balance(4, 8, 0, True), "the branch outweighs the input"),
        (
            Balance(4, 3, -0.18, False),
            "neither along it nor against it (cosine \N{MINUS SIGN}0.18)",
        ),
        (Balance(4, 3, -0.18, False), "the sum is stronger"),  # 1 - 0.27 + 0.56 > 1
        (Balance(4, 3.8, -0.95, False), "mostly against it"),
        (Balance(4, 4.2, -0.95, False), "it mostly cancels its input"),
        (Balance(4, 0, 0, False), "adds nothing"),
        (Balance(0, 2, 0, False), "passes nothing on from its input"),
    ],
)
def test_one_sentence_says_what_a_block_does(balance: Balance, words: str) -> None:
    sentence = in_words("layer1.0", balance)
    assert words in sentence
    assert sentence.startswith("layer1.0 ")
    assert sentence.endswith(".")
    assert sentence.count(".") == 2 + sentence.count("0.")  # the name's, the last one, the cosine's


def test_silence_has_no_angle_and_no_finite_ratio() -> None:
    network = small("resnet18")
    with torch.no_grad():
        network.module.layer1[0].bn2.weight.zero_()
        network.module.layer1[0].bn2.bias.zero_()
    balance = take_apart(pass_of(network), "layer1.0").balance
    assert (balance.branch, balance.cosine, balance.ratio) == (0.0, 0.0, 0.0)
    assert Balance(0, 1, 0, False).ratio == math.inf


def test_what_has_no_shortcut_is_refused_in_words() -> None:
    forward_pass = pass_of(small("resnet18"))
    with pytest.raises(RequestError, match="stem is no residual block"):
        take_apart(forward_pass, "stem")
    with pytest.raises(RequestError, match="has no block"):
        take_apart(forward_pass, "layer5.0")
    plain = pass_of(small("plain18"))
    assert balances(plain) == {}
    with pytest.raises(RequestError, match="Plain-18 has no shortcuts"):
        take_apart(plain, "layer1.0")
