"""Tests of explorer/blocks/activations.py."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradientXActivation

from explorer import load
from explorer.blocks.activations import (
    Channels,
    Likeness,
    channels,
    contributions,
    overview,
    ranked,
)
from explorer.explain.forward_pass import ForwardPass, GraphBudget, forward
from explorer.explain.shared_scale import SharedScale
from explorer.explain.target_score import Target
from explorer.networks.network import Network


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18")


@pytest.fixture(scope="module")
def forward_pass(network: Network) -> ForwardPass:
    return forward(network, torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(1)))


def channels_of(*maps: list[list[float]]) -> Channels:
    """Channels with given maps; the other attributes are not used."""
    array = np.array(maps, np.float32)
    empty = np.zeros(len(array), np.float32)
    return Channels(array, empty, empty, empty)


@pytest.mark.parametrize("block", ["stem", "layer2.0", "layer4.1"])
def test_statistics_are_those_of_the_blocks_output(forward_pass: ForwardPass, block: str) -> None:
    output = forward_pass.outputs[block].detach()[0].double()
    actual = channels(forward_pass, block)
    np.testing.assert_array_equal(actual.maps, output.float())
    np.testing.assert_allclose(actual.mean, output.mean((1, 2)), rtol=1e-5)
    np.testing.assert_allclose(actual.peak, output.amax((1, 2)), rtol=1e-6)
    np.testing.assert_allclose(actual.active, (output > 0).double().mean((1, 2)), rtol=1e-6)
    np.testing.assert_array_equal(actual.dead, output.amax((1, 2)) == 0)


def test_nobody_can_write_into_the_memory_of_the_pass(forward_pass: ForwardPass) -> None:
    with pytest.raises(ValueError, match="read-only"):
        channels(forward_pass, "layer4.1").maps[:] = 0


def test_at_the_last_block_contributions_add_up_to_the_score(forward_pass: ForwardPass) -> None:
    fc = forward_pass.network.module.fc
    actual = contributions(forward_pass, Target(5))["layer4.1"]
    expected = fc.weight[5] * forward_pass.outputs["layer4.1"].detach().mean((2, 3))[0]
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-6)
    assert actual.sum() + float(fc.bias[5]) == pytest.approx(
        float(forward_pass.logits[5]), rel=1e-4
    )


@pytest.mark.parametrize("fits", [True, False], ids=["graph kept", "nothing kept"])
def test_contributions_equal_captum_on_the_whole_model_at_every_block(
    network: Network, forward_pass: ForwardPass, fits: bool
) -> None:
    ours = forward_pass if fits else forward(network, forward_pass.x, budget=GraphBudget(0))
    actual = contributions(ours, Target(7))
    assert list(actual) == list(network.blocks)
    for block in ("layer1.1", "layer3.0", "layer4.0"):
        layer = network.module.get_submodule(block)
        products = LayerGradientXActivation(network.module, layer).attribute(
            forward_pass.x.clone().requires_grad_(), target=7
        )
        expected = products.detach().sum((2, 3))[0]
        np.testing.assert_allclose(actual[block], expected, atol=1e-5 * expected.abs().max())


def test_the_overview_holds_the_mean_map_and_the_peak_of_every_block(
    forward_pass: ForwardPass,
) -> None:
    activity = overview(forward_pass)
    assert list(activity.means) == list(activity.peaks) == list(forward_pass.network.blocks)
    for block in forward_pass.network.blocks:
        output = forward_pass.outputs[block].detach()[0]
        np.testing.assert_allclose(activity.means[block], output.mean(0), rtol=1e-5)
        assert activity.peaks[block] == float(output.max())


def test_a_scale_ends_at_the_strongest_cell_of_the_channels_that_share_it(
    forward_pass: ForwardPass,
) -> None:
    block = channels(forward_pass, "layer2.0")
    np.testing.assert_array_equal(block.limits(SharedScale.OWN, 99), block.peak)
    assert set(block.limits(SharedScale.BLOCK, 99)) == {block.peak.max()}
    assert set(block.limits(SharedScale.NETWORK, 99)) == {99}
    assert block.limits(SharedScale.NETWORK, 99).shape == block.peak.shape


def test_channels_are_ranked_highest_first_and_dead_ones_last() -> None:
    values = np.array([0, -2, 3, 0, 3], np.float32)
    dead = np.array([True, False, False, False, False])
    assert ranked(values, dead).tolist() == [2, 4, 3, 1, 0]


def test_the_likest_channels_have_the_highest_correlation_of_their_cells() -> None:
    maps = np.random.default_rng(0).random((6, 5, 4)).astype(np.float32)
    maps[4] = 3 * maps[1] + 2  # the same pattern, stronger
    expected = np.corrcoef(maps.reshape(6, -1))[1]
    likest = channels_of(*maps.tolist()).likest(1, 3)
    assert likest[0].channel == 4
    assert likest[0].correlation == pytest.approx(1)
    order = [other for other in np.argsort(-expected) if other != 1][:3]
    assert [likeness.channel for likeness in likest] == order
    correlations = expected[order].tolist()
    assert [likeness.correlation for likeness in likest] == pytest.approx(correlations, abs=1e-5)


def test_a_flat_channel_is_like_no_other_and_no_other_like_it() -> None:
    dead, flat = [[0.0, 0.0]], [[0.3, 0.3]]
    block = channels_of(dead, flat, [[1.0, 2.0]], [[2.0, 4.0]])
    assert block.likest(0, 5) == block.likest(1, 5) == ()
    assert block.likest(2, 5) == (Likeness(3, pytest.approx(1.0)),)
