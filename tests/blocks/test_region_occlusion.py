"""Tests of explorer/blocks/region_occlusion.py, against a pass of an input changed by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.blocks.region_occlusion import Fill, HiddenPart, InputRegion, PhotoBox, occlude
from explorer.explain.analysis import Analysis
from explorer.photos.geometry import Framing, to_tensor


@pytest.fixture(scope="module")
def analysis(photo: Image.Image) -> Analysis:
    return analyze(load("resnet18"), photo)


@pytest.fixture(scope="module")
def region() -> InputRegion:
    return InputRegion(10, 20, 50, 90, 160)


def probabilities(analysis: Analysis, x: torch.Tensor) -> torch.Tensor:
    """The probabilities for an input, from torchvision's own forward pass."""
    network = analysis.network
    logits: torch.Tensor = network.module(x)[0]
    return (logits / network.weights.temperature).softmax(0)


@pytest.mark.parametrize("hides", HiddenPart)
def test_what_is_hidden_has_the_mean_colour(
    analysis: Analysis, region: InputRegion, hides: HiddenPart
) -> None:
    before, keep = analysis.forward_pass.x.clone(), hides is HiddenPart.REST
    x = before * 0 if keep else before.clone()
    x[:, :, 10:50, 20:90] = before[:, :, 10:50, 20:90] if keep else 0
    occlusion = occlude(analysis, region, Fill.MEAN, hides)
    np.testing.assert_allclose(occlusion.probabilities, probabilities(analysis, x), atol=1e-6)
    assert occlusion.predictions[0].probability == occlusion.probabilities.max()
    assert torch.equal(analysis.forward_pass.x, before)


def test_black_is_what_a_black_photo_becomes(analysis: Analysis, region: InputRegion) -> None:
    black = to_tensor(Image.new("RGB", (200, 200)), analysis.network.weights.preprocessing)
    x = analysis.forward_pass.x.clone()
    x[:, :, 10:50, 20:90] = black[:, :, 10:50, 20:90]
    occlusion = occlude(analysis, region, Fill.BLACK)
    np.testing.assert_allclose(occlusion.probabilities, probabilities(analysis, x), atol=1e-6)
    assert occlusion.picture[20, 30].tolist() == [0, 0, 0, 255]


def test_a_blur_keeps_the_colour_and_takes_the_detail(
    analysis: Analysis, region: InputRegion
) -> None:
    blurred = occlude(analysis, region, Fill.BLUR).picture[10:50, 20:90, :3].astype(float)
    preprocessing = analysis.network.weights.preprocessing
    mean, std = (np.array(part) for part in (preprocessing.mean, preprocessing.std))
    sharp = 255 * (analysis.forward_pass.x[0].numpy().transpose(1, 2, 0) * std + mean)[10:50, 20:90]
    assert abs(blurred.mean() - sharp.mean()) < 12
    assert np.abs(np.diff(blurred, axis=0)).mean() < np.abs(np.diff(sharp, axis=0)).mean() / 3


def test_the_picture_covers_what_is_hidden_and_nothing_else(
    analysis: Analysis, region: InputRegion
) -> None:
    hidden = occlude(analysis, region).picture[..., 3] == 255
    assert (hidden == region.inside).all()
    assert (
        occlude(analysis, region, hides=HiddenPart.REST).picture[..., 3] == 255 * ~region.inside
    ).all()
    assert region.share == pytest.approx(hidden.mean())


def test_keeping_everything_changes_nothing(analysis: Analysis) -> None:
    everything = occlude(analysis, InputRegion(0, 0, 160, 160, 160), hides=HiddenPart.REST)
    np.testing.assert_allclose(everything.probabilities, analysis.probabilities, atol=1e-6)


@pytest.mark.parametrize("framing", list(Framing))
def test_a_box_on_the_photo_and_its_region_lie_on_each_other(
    photo: Image.Image, framing: Framing
) -> None:
    frame = analyze(load("resnet18"), photo, framing).frame
    region = InputRegion(40, 50, 90, 110, 160)
    assert InputRegion.under(region.on_photo(frame), frame) == region


def test_what_the_network_does_not_see_is_no_region(analysis: Analysis) -> None:
    assert InputRegion.under(PhotoBox(0, 0, 0.5, 0.05), analysis.frame) is None
    assert InputRegion.under(PhotoBox(0.5, 0.5, 0.5, 0.5), analysis.frame) is None
    whole = InputRegion.under(PhotoBox(0, 0, 1, 1), analysis.frame)
    assert whole == InputRegion(0, 0, 160, 160, 160)


def test_the_region_to_start_with_stays_on_what_the_network_sees_of_the_photo(
    photo: Image.Image,
) -> None:
    crop, whole = (analyze(load("resnet18"), photo, framing).frame for framing in Framing)
    assert InputRegion.around(80, 80, crop) == InputRegion(48, 48, 112, 112, 160)
    assert InputRegion.around(0, 159, crop) == InputRegion(0, 96, 64, 160, 160)
    low = InputRegion.around(159, 0, whole)  # 300 rows of a photo of 451 columns
    assert (low.left, low.right) == (0, 64)
    assert low.bottom == pytest.approx(80 + 160 * 300 / 451 / 2, abs=1)
    assert low.bottom - low.top == 64
    narrow = analyze(load("resnet18"), photo.resize((451, 40)), Framing.WHOLE).frame
    assert InputRegion.around(80, 80, narrow).bottom - InputRegion.around(80, 80, narrow).top < 15
