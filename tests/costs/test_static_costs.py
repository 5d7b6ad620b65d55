"""Tests of static_costs.py and benchmark_models.py, against torchvision's metadata."""

from __future__ import annotations

import pytest
import torch
from torchvision.models import get_model_weights

from explorer import load
from explorer.costs.benchmark_models import benchmark_models, find_benchmark_model
from explorer.costs.measurements import Dtype, NetworkGroup
from explorer.costs.static_costs import count_costs
from explorer.errors import RequestError
from explorer.networks.variants import CONTRAST, VARIANTS
from explorer.weights import builtin


@pytest.mark.parametrize("name", [*VARIANTS, *CONTRAST])
def test_parameters_and_multiply_adds_are_those_that_torchvision_states(name: str) -> None:
    stated = next(iter(get_model_weights(name))).meta
    counted = count_costs(find_benchmark_model(name))
    assert counted.params == stated["num_params"]
    assert counted.macs / 1e9 == pytest.approx(stated["_ops"], rel=0.01)


def test_the_size_is_that_of_parameters_and_buffers_at_the_dtype() -> None:
    network = load("resnet18")
    assert count_costs(find_benchmark_model("resnet18/builtin")).nbytes == network.nbytes
    half = count_costs(find_benchmark_model("resnet18/builtin"), dtype=Dtype.BFLOAT16)
    counters = 8 * sum(name.endswith("tracked") for name in network.module.state_dict())
    assert half.nbytes - counters == (network.nbytes - counters) / 2


def test_a_quarter_of_the_pixels_takes_a_quarter_of_the_multiplications() -> None:
    whole, quarter = (count_costs(find_benchmark_model("resnet34"), side) for side in (256, 128))
    assert quarter.macs == pytest.approx(whole.macs / 4, rel=1e-3)


def test_built_in_networks_take_part_at_their_own_width_and_size() -> None:
    shipped = [name for name in VARIANTS if builtin.path_of(VARIANTS[name]).is_file()]
    listed = {n: m for n, m in benchmark_models().items() if m.family is NetworkGroup.BUILTIN}
    assert set(listed) == {f"{name}/builtin" for name in shipped}
    network, model = load("resnet18"), listed["resnet18/builtin"]
    assert model.title == "ResNet-18, built-in"
    assert model.resolution == network.weights.preprocessing.crop_size
    shapes = {name: tensor.shape for name, tensor in model.build().state_dict().items()}
    assert shapes == {name: t.shape for name, t in network.module.state_dict().items()}


def test_counting_allocates_nothing() -> None:
    assert {p.device for p in find_benchmark_model("vgg19").build().parameters()} == {
        torch.device("meta")
    }


def test_an_unknown_network_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(RequestError, match=r"'resnet20'.*resnet18.*vit_b_16.*resnet18/builtin"):
        find_benchmark_model("resnet20")
