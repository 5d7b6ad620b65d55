from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.networks.network import Network
from explorer.photos.samples import SAMPLES
from explorer.transfer.what_it_learned import changes, forgetting, maps_of_both
from tiny_teaching import LABELS, tiny_network


def changed(network: Network, name: str, factor: float) -> Network:
    """A copy of a network in which one tensor is multiplied."""
    module = copy.deepcopy(network.module)
    with torch.no_grad():
        module.state_dict()[name].mul_(factor)
    return replace(network, module=module)


def test_how_far_each_link_moved() -> None:
    network = tiny_network()
    assert all((link.weights, link.statistics) == (0, 0) for link in changes(network, network))
    name = "layer3.1.conv2.weight"
    moved = changes(network, changed(network, name, 3))
    block = network.chain["layer3.1"]
    length = np.sqrt(sum(float(p.square().sum()) for p in block.parameters()))
    expected = 2 * float(network.module.get_parameter(name).norm()) / length
    assert [link.name for link in moved] == list(network.chain)
    assert {link.name: link.weights for link in moved if link.weights} == {
        "layer3.1": pytest.approx(expected, rel=1e-5)
    }
    statistics = changes(network, changed(network, "bn1.running_var", 2))
    assert [link.name for link in statistics if link.statistics] == ["stem"]
    assert not any(link.weights for link in statistics)


def test_what_was_forgotten_is_asked_of_the_old_head() -> None:
    base = load()
    taught = replace(base, module=copy.deepcopy(base.module))
    taught.module.fc = torch.nn.Linear(taught.module.fc.in_features, 2)
    taught = replace(taught, weights=replace(base.weights, labels=("a", "b")))
    same = forgetting(base, taught)
    assert same is not None
    assert len(same.photos) > 20
    assert all(photo.before == photo.after for photo in same.photos)
    photo = same.photos[0]
    answer = analyze(base, SAMPLES[photo.sample].open())
    assert answer.predictions[0].label == photo.before
    broken = forgetting(base, changed(taught, "layer4.1.bn2.weight", -4))
    assert broken is not None
    assert broken.right_before == same.right_before
    assert broken.right_after < same.right_after


def test_a_network_whose_classes_the_app_has_no_photos_of_is_not_asked() -> None:
    network = tiny_network()
    assert forgetting(network, network) is None


def test_maps_of_both_are_those_of_each(photo: Image.Image) -> None:
    before, after = tiny_network(0), tiny_network(1)
    both = maps_of_both(before, after, photo, LABELS[1])
    assert both.label == LABELS[1]
    np.testing.assert_array_equal(both.before, analyze(before, photo).heatmap(target=1))
    np.testing.assert_array_equal(both.after, analyze(after, photo).heatmap(target=1))
    assert both.probability_after == pytest.approx(analyze(after, photo).probabilities[1])
