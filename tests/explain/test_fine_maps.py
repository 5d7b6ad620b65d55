"""Tests of explorer/explain/fine_maps.py, against plain loops over torchvision's whole model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from PIL import Image
from torch import Tensor

from explorer import analyze, load
from explorer.explain.analysis import Analysis
from explorer.explain.fine_maps import largest, layer_cam_ladder, product, shift_and_stitch
from explorer.explain.target_score import Target
from explorer.photos.geometry import Frame, paint_back


@pytest.fixture(scope="module")
def analysis(photo: Image.Image) -> Analysis:
    return analyze(load("resnet18"), photo)


@pytest.mark.parametrize(("parts", "step", "margin"), [(2, 16, 8), (4, 8, 12)])
def test_stitched_cells_are_those_of_photos_shifted_one_by_one(
    analysis: Analysis, parts: int, step: int, margin: int
) -> None:
    """The pixels are fetched one by one, mirrored at the edges; the whole model is explained."""
    module, x, index = analysis.network.module, analysis.forward_pass.x, 7
    fine = shift_and_stitch(analysis.forward_pass, "layer4.1", Target(index), parts)
    assert fine.shape == (5 * parts, 5 * parts)
    reference = LayerGradCam(module, module.layer4[1])
    mirrored = [i if 0 <= i < 160 else (-i if i < 0 else 318 - i) for i in range(-20, 180)]
    for down, along in ((0, 0), (0, parts - 1), (parts - 1, 1)):
        rows, columns = (
            torch.tensor([mirrored[20 - margin + step * shift + i] for i in range(160)])
            for shift in (down, along)
        )
        shifted = x[:, :, rows][:, :, :, columns].clone()
        coarse = reference.attribute(shifted, target=index, relu_attributions=True).detach()[0, 0]
        torch.testing.assert_close(fine[down::parts, along::parts], coarse, rtol=1e-4, atol=1e-6)


def test_a_stitched_cell_lies_where_its_shifted_cell_looks(analysis: Analysis) -> None:
    """Shifts are symmetric: the mean place of a cell's shifts is the cell's own centre."""
    stride, parts = 32, 4
    places = [stride / 2 + (stride // parts) * shift - 12 for shift in range(parts)]
    centres = [(shift + 0.5) * stride / parts for shift in range(parts)]
    assert places == centres


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
