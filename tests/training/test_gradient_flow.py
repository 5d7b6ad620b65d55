"""Tests of explorer/training/gradient_flow.py."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from explorer.errors import RequestError
from explorer.training.gradient_flow import GradientNet, as_batch, measure
from explorer.training.gradient_plans import GradientFlow, GradientOf, GradientPlan, Init

PLAN = GradientPlan(depth=10, shortcuts=False, batch_norm=False, init=Init.HE)
PLANS = [
    GradientPlan(10, shortcuts, batch_norm, init)
    for shortcuts in (False, True)
    for batch_norm in (False, True)
    for init in Init
]


@pytest.fixture(scope="module")
def photos() -> Tensor:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 40, 50, 3), dtype=np.uint8)
    return as_batch([Image.fromarray(photo) for photo in pixels])


def independently(plan: GradientPlan, seed: int, photos: Tensor) -> tuple[list[float], list[float]]:
    """Compute the same norms by `backward()`, on a network written with functional layers."""
    weights = GradientNet(plan, seed).state_dict()

    def layer(x: Tensor, name: str, bn: str, stride: int = 1) -> Tensor:
        bias = weights.get(f"{name}.bias")
        y = functional.conv2d(x, leaves[f"{name}.weight"], bias, stride, padding=1)
        return functional.batch_norm(y, None, None, training=True) if plan.batch_norm else y

    leaves = {
        name: value.clone().requires_grad_() for name, value in weights.items() if "weight" in name
    }
    x = layer(photos, "conv1", "bn1", 2).relu()
    inputs = []
    for number in range(plan.blocks):
        x.retain_grad()
        inputs.append(x)
        name = f"blocks.{number}"
        y = layer(layer(x, f"{name}.conv1", "bn1").relu(), f"{name}.conv2", "bn2")
        x = (y + x).relu() if plan.shortcuts else y.relu()
    logits = functional.linear(x.mean((2, 3)), leaves["fc.weight"], weights["fc.bias"])
    nn.CrossEntropyLoss()(logits, torch.arange(4)).backward()
    firsts = [leaves[f"blocks.{number}.conv1.weight"] for number in range(plan.blocks)]
    return [float(x.grad.norm()) for x in inputs], [float(w.grad.norm()) for w in firsts]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_norms_equal_those_of_an_independent_computation(
    plan: GradientPlan, photos: Tensor
) -> None:
    flow = measure(plan, 3, photos)
    inputs, weights = independently(plan, 3, photos)
    assert flow.inputs == pytest.approx(inputs, rel=1e-9)
    assert flow.weights == pytest.approx(weights, rel=1e-9)


def test_a_seed_gives_the_same_result_and_another_one_another(photos: Tensor) -> None:
    assert measure(PLAN, 1, photos) == measure(PLAN, 1, photos)
    assert measure(PLAN, 1, photos).inputs != measure(PLAN, 2, photos).inputs


def test_depth_counts_the_layers_with_weights() -> None:
    network = GradientNet(replace(PLAN, depth=20), 0)
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == 20


@pytest.mark.parametrize("depth", [7, 6, 202])
def test_a_depth_that_is_not_offered_is_refused(depth: int, photos: Tensor) -> None:
    with pytest.raises(RequestError, match="even depth from 8 to 200"):
        measure(replace(PLAN, depth=depth), 0, photos)


def test_fewer_than_four_photos_are_refused() -> None:
    with pytest.raises(RequestError, match="at least 4 photos"):
        as_batch([Image.new("RGB", (40, 40))] * 3)


def test_a_batch_is_normalised_over_all_photos(photos: Tensor) -> None:
    assert photos.shape == (4, 3, 32, 32)
    assert photos.dtype == torch.float64
    assert photos.mean((0, 2, 3)).tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert photos.std((0, 2, 3)).tolist() == pytest.approx([1, 1, 1])


def test_zero_and_overflow_stay_what_they_are(photos: Tensor) -> None:
    assert set(measure(PLAN, 0, photos * 0).weights) == {0.0}
    assert math.inf in measure(PLAN, 0, photos * 1e308).inputs


def test_the_ratio_sets_the_first_block_against_the_last() -> None:
    flow = GradientFlow(PLAN, 0, (4.0, 1.0, 2.0), (1.0, 5.0, 0.0))
    assert flow.ratio() == 2.0
    assert flow.ratio(GradientOf.WEIGHTS) == math.inf
