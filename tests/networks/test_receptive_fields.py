"""Tests of explorer/networks/receptive_fields.py, against gradients of the whole network."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from explorer import analyze, load
from explorer.blocks.effective_field import EffectiveField, effective_field
from explorer.networks.devices import Precision
from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network
from explorer.networks.receptive_fields import ReceptiveField

Range = tuple[int, int]


def gradient(network: Network, x: Tensor, block: str, row: int, column: int) -> Tensor:
    """Return the gradient of the sum of a cell's channels at each pixel, shape (S, S)."""
    x = x.clone().requires_grad_()
    y = x
    for name, link in network.chain.items():
        y = link(y)
        if name == block:
            break
    (gradients,) = torch.autograd.grad(y[0, :, row, column].sum(), x)
    return gradients[0].abs().sum(0)


def extents(strength: Tensor) -> tuple[Range, Range]:
    """Return the ranges of rows and columns that have a gradient."""
    rows, columns = torch.nonzero(strength, as_tuple=True)
    return (int(rows.min()), int(rows.max()) + 1), (int(columns.min()), int(columns.max()) + 1)


@pytest.fixture(scope="module", params=["resnet18", "resnet50"])
def positive(request: pytest.FixtureRequest) -> Network:
    """A network in which no ReLU outputs zero, so that every path has a gradient."""
    network = load(request.param)
    module = copy.deepcopy(network.module)
    for parameter in module.parameters():
        parameter.abs_()
    for name, buffer in module.named_buffers():
        if name.endswith("running_mean"):
            buffer.zero_()
    return replace(network, module=module)


@pytest.mark.parametrize("block", ["stem", "layer1.0", "layer2.1", "layer3.0"])
def test_where_there_is_a_gradient_lies_in_the_box_and_reaches_its_edges(
    positive: Network, block: str
) -> None:
    summary = layer_summary(positive)
    size, link = summary.input_size, summary.links[block]
    cell = link.shape[1] // 2, link.shape[2] // 2 - 1
    torch.manual_seed(0)
    strength = sum(
        (gradient(positive, torch.rand(1, 3, size, size), block, *cell) for _ in range(4)),
        torch.zeros(size, size),
    )
    boxes = [link.field.of_cell(index).within(size) for index in cell]
    assert extents(strength) == tuple((box.first, box.end) for box in boxes)


def test_cells_at_the_edge_see_the_padding() -> None:
    field = ReceptiveField().then(7, 2, 3).then(3, 2, 1)
    assert (field.size, field.jump, field.start) == (11, 4, -5)
    box = field.of_cell(0)
    assert (box.first, box.end, box.middle) == (-5, 6, 0.5)
    assert (box.within(4).first, box.within(4).end) == (0, 4)


@pytest.mark.parametrize("block", ["stem", "layer1.1", "layer4.2"])
def test_the_effective_field_is_the_gradient_of_the_whole_way(
    photo: Image.Image, block: str
) -> None:
    network = load("resnet50")
    analysis = analyze(network, photo)
    field = layer_summary(network).links[block].field
    cell = (2, 3)
    effective = effective_field(analysis.forward_pass, field, block, *cell)
    expected = gradient(network, analysis.forward_pass.x, block, *cell)
    np.testing.assert_allclose(effective.gradient, expected / expected.max(), atol=1e-5)
    assert (effective.row, effective.column) == tuple(index * field.jump + 0.5 for index in cell)
    assert effective.side_of(0.5) < effective.side_of(0.9) <= field.size


def test_under_autocast_the_field_is_nearly_the_same(photo: Image.Image) -> None:
    exact = load("resnet18")
    rough = replace(exact, precision=Precision.BFLOAT16)
    field = layer_summary(exact).links["layer2.1"].field
    fields = [
        effective_field(analyze(network, photo).forward_pass, field, "layer2.1", 9, 9).gradient
        for network in (exact, rough)
    ]
    assert np.corrcoef(fields[0].ravel(), fields[1].ravel())[0, 1] > 0.9


def test_the_square_that_holds_a_share_is_counted_around_the_cell() -> None:
    strength = np.zeros((9, 9), np.float32)
    strength[4, 4], strength[4, 6], strength[0, 0] = 0.5, 0.4, 0.1
    field = EffectiveField(strength, row=4.5, column=4.5)
    assert [field.side_of(share) for share in (0.4, 0.8, 1.0)] == [1, 5, 9]


def test_a_dead_cell_sees_nothing() -> None:
    field = EffectiveField(np.zeros((9, 9), np.float32), row=4.5, column=4.5)
    assert field.side_of(0.9) == 0
