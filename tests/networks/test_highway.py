"""Tests of explorer/networks/highway.py, against the formula and counts by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.measurements import Setup
from explorer.costs.random_networks import random_network
from explorer.costs.static_costs import count_costs
from explorer.networks.highway import HighwayLayer, highway_34


@pytest.fixture
def x() -> Tensor:
    return torch.randn(2, 8, 5, 6, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_a_layer_weighs_its_convolution_against_its_input(x: Tensor) -> None:
    layer = HighwayLayer(8)
    gate = torch.sigmoid(layer.gate(x))
    expected = gate * torch.relu(layer.transform(x)) + (1 - gate) * x
    torch.testing.assert_close(layer(x), expected)


@pytest.mark.parametrize("open_", [True, False])
@torch.no_grad()
def test_a_gate_lets_all_or_nothing_of_the_input_pass(x: Tensor, open_: bool) -> None:
    layer = HighwayLayer(8)
    nn.init.zeros_(layer.gate.weight)
    nn.init.constant_(layer.gate.bias, -100 if open_ else 100)  # type: ignore[arg-type]
    torch.testing.assert_close(layer(x), x if open_ else layer.transform(x).relu())


def test_it_has_34_layers_besides_its_gates_and_a_gate_in_all_that_keep_the_size() -> None:
    with torch.device("meta"):
        network = highway_34()
    weighted = [n for n, m in network.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    gates = [name for name in weighted if name.endswith("gate")]
    assert (len(weighted) - len(gates), len(gates)) == (34, 32 - 3)


def test_a_gate_costs_what_its_layer_costs() -> None:
    gated, network = (
        count_costs(find_benchmark_model("highway34")),
        find_benchmark_model("highway34").build(),
    )
    gates = {name: p for name, p in network.named_parameters() if ".gate." in name}
    layers = {name: p for name, p in network.named_parameters() if ".transform." in name}
    assert sum(p.numel() for p in gates.values()) == sum(p.numel() for p in layers.values())
    # Each stage multiplies as much per layer as any other: twice the channels on half the grid.
    per_layer = 9 * 64 * 64 * 56 * 56
    plain = 3 * per_layer // 2 + 64 * 3 * 49 * 112 * 112 + 512 * 1000
    assert gated.macs == 29 * 2 * per_layer + plain


@torch.no_grad()
def test_it_is_measured_as_the_others_are() -> None:
    network = random_network(find_benchmark_model("highway34"), Setup("highway34"))
    logits = network(torch.rand(1, 3, 64, 64))
    assert logits.shape == (1, 1000)
    assert logits.isfinite().all()
    assert not network.training
