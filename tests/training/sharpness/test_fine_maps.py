"""Tests of explorer/training/sharpness/fine_maps.py, against loops over torchvision's model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from PIL import Image
from torch import Tensor
from torchvision.transforms import functional

from explorer import analyze, load
from explorer.explain.analysis import Analysis
from explorer.explain.target_score import Target
from explorer.photos.geometry import Frame, paint_back
from explorer.training.sharpness.fine_maps import (
    largest,
    layer_cam_ladder,
    product,
    shift_and_stitch,
    surroundings,
)


@pytest.fixture(scope="module")
def analysis(photo: Image.Image) -> Analysis:
    return analyze(load("resnet18"), photo)


@pytest.mark.parametrize(("parts", "step"), [(2, 16), (4, 8)])
def test_stitched_cells_are_those_of_crops_shifted_one_by_one(
    analysis: Analysis, photo: Image.Image, parts: int, step: int
) -> None:
    """Each crop is cut out of the photo by hand, and explained on torchvision's whole model."""
    module, index = analysis.network.module, 7
    preprocessing = analysis.network.weights.preprocessing
    around = surroundings(photo, preprocessing, 12)
    fine = shift_and_stitch(analysis.forward_pass, "layer4.1", Target(index), around, parts)
    assert fine.shape == (5 * parts, 5 * parts)
    resized = functional.resize(photo, preprocessing.resize_size, antialias=True)
    pixels = functional.normalize(
        functional.to_tensor(resized), preprocessing.mean, preprocessing.std
    )
    top, left = (round((side - 160) / 2) for side in pixels.shape[1:])
    reference = LayerGradCam(module, module.layer4[1])
    for down, along in ((0, 0), (0, parts - 1), (parts - 1, 1)):
        # Cell k of the fine grid has its centre at (k + 0.5) * step, cell 0 of a crop at 16.
        y, x = (round((shift + 0.5) * step - 16) for shift in (down, along))
        crop = pixels[None, :, top + y : top + y + 160, left + x : left + x + 160].clone()
        coarse = reference.attribute(crop, target=index, relu_attributions=True).detach()[0, 0]
        torch.testing.assert_close(fine[down::parts, along::parts], coarse, rtol=1e-4, atol=1e-6)


def test_layer_cam_is_the_positive_gradient_times_the_activation(analysis: Analysis) -> None:
    module, index = analysis.network.module, 3
    kept: list[Tensor] = []
    handle = module.layer3[1].register_forward_hook(lambda *call: kept.append(call[2]))
    logits = module(analysis.forward_pass.x.clone().requires_grad_())
    handle.remove()
    (gradient,) = torch.autograd.grad(logits[0, index], kept[0])
    expected = (gradient.clamp_min(0) * kept[0]).sum(1)[0].clamp_min(0).detach()
    maps = layer_cam_ladder(analysis.forward_pass, Target(index))
    assert list(maps) == list(analysis.network.blocks)
    torch.testing.assert_close(maps["layer3.1"], expected, rtol=1e-4, atol=1e-7)
    without = layer_cam_ladder(analysis.forward_pass.without_outputs(), Target(index))
    torch.testing.assert_close(without["layer3.1"], expected, rtol=1e-4, atol=1e-7)


def test_maps_are_combined_cell_by_cell_on_the_finest_grid() -> None:
    coarse = torch.tensor([[0.0, 4.0], [2.0, 0.0]])
    fine = torch.arange(16, dtype=torch.float32).reshape(4, 4)
    place = Frame(4, 4, 4, 0, 0, 4, 4)
    enlarged = paint_back(coarse.numpy(), place) / 4
    np.testing.assert_allclose(product([coarse, fine]), enlarged * (fine.numpy() / 15), rtol=1e-6)
    np.testing.assert_allclose(
        largest([coarse, fine]), np.maximum(enlarged, fine.numpy() / 15), rtol=1e-6
    )
    assert not product([torch.zeros(2, 2), fine]).any()
