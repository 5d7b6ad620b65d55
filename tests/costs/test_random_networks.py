"""Tests of explorer/costs/random_networks.py."""

from __future__ import annotations

import pytest
import torch

from explorer.costs.benchmark_models import find_benchmark_model
from explorer.costs.measurements import Dtype, MemoryFormat, Setup
from explorer.costs.random_networks import random_batch, random_network


@pytest.mark.parametrize("name", ["resnet34/builtin", "resnet152", "densenet121"])
def test_activations_stay_within_half_precision(name: str) -> None:
    setup = Setup(name, resolution=32)
    network = random_network(find_benchmark_model(name), setup)
    largest = []
    for module in network.modules():
        module.register_forward_hook(lambda m, i, output: largest.append(output.abs().max()))
    with torch.inference_mode():
        network(random_batch(setup))
    assert len(largest) > 50
    assert torch.stack(largest).max() < torch.finfo(torch.float16).max / 100


def test_dtype_format_and_shape_are_those_asked_for() -> None:
    setup = Setup(
        "resnet18/builtin",
        batch_size=2,
        dtype=Dtype.BFLOAT16,
        resolution=64,
        memory_format=MemoryFormat.CHANNELS_LAST,
    )
    network, x = random_network(find_benchmark_model(setup.model), setup), random_batch(setup)
    assert x.shape == (2, 3, 64, 64)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert {tensor.dtype for tensor in (x, *network.parameters())} == {torch.bfloat16}
    weight = network.layer1[0].conv1.weight
    assert weight.is_contiguous(memory_format=torch.channels_last)
    assert not any(p.requires_grad for p in network.parameters())
    assert not network.training
    with torch.inference_mode():
        assert network(x).shape == (2, 66)
