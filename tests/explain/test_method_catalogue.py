"""Tests of explorer/explain/method_catalogue.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models.resnet import BasicBlock

from explorer import load
from explorer.errors import RequestError
from explorer.explain.analysis import Analysis, analyze
from explorer.explain.forward_pass import ForwardPass
from explorer.explain.method_catalogue import METHODS, Method, find_method
from explorer.explain.pixel_attribution import AttributionStep
from explorer.explain.target_score import Target
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.network import Network


def test_a_method_that_is_unknown_is_one_sentence_with_those_that_are_known() -> None:
    with pytest.raises(RequestError, match=r"no method 'tea-leaves'. Choose one of grad-cam, "):
        find_method("tea-leaves")


@pytest.fixture(scope="module")
def analysis(photo: Image.Image) -> Analysis:
    """The analysis of a photo by a narrow network whose input is small."""
    torch.manual_seed(0)
    module = NarrowResNet(BasicBlock, (2, 2, 2, 2), width=4, num_classes=10)
    known = load("resnet18", "random:0")
    weights = replace(
        known.weights,
        labels=tuple("abcdefghij"),
        preprocessing=replace(known.weights.preprocessing, crop_size=64, resize_size=64),
    )
    return analyze(Network(known.variant, weights, module.eval(), torch.device("cpu")), photo)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_truly_whether_it_knows_a_sign_and_a_block(
    name: str, analysis: Analysis
) -> None:
    method = METHODS[name]
    third, fourth = (
        analysis.heatmap(block, 3, signed=True, method=name) for block in ("layer3.1", "layer4.1")
    )
    side = analysis.frame.input_size
    assert (fourth.shape != (side, side)) is method.of_block
    assert np.array_equal(third, fourth) is not method.uses_block
    assert bool((fourth < 0).any()) is method.signed


def test_a_new_method_computes_its_own_map(monkeypatch: pytest.MonkeyPatch) -> None:
    def ones(forward_pass: ForwardPass, target: Target, block: str) -> Iterator[AttributionStep]:
        yield AttributionStep(torch.full((7, 7), float(target.index)), 1, 1)

    new = Method("ones", "Ones", "Nobody, 2030", "All alike.", ones, passes=1, of_block=True)
    monkeypatch.setitem(METHODS, "ones", new)
    analysis = analyze(load("resnet18", "random:0"), Image.new("RGB", (64, 64)))
    assert (analysis.heatmap(target=5, method="ones") == 5).all()
