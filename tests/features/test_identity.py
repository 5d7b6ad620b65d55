from dataclasses import replace

import torch
from PIL import Image

from explorer import load
from explorer.features.identity import photo_digest, view_identity
from explorer.networks.network import Network
from explorer.photos.geometry import Framing


def test_a_digest_tells_pixels_and_size_apart() -> None:
    photos = [
        Image.new("RGB", (4, 6), "red"),
        Image.new("RGB", (6, 4), "red"),
        Image.new("RGB", (4, 6), "blue"),
    ]
    assert len({photo_digest(photo) for photo in photos}) == 3
    assert photo_digest(photos[0]) == photo_digest(photos[0].copy())


def test_an_identity_depends_on_all_that_the_output_depends_on_but_the_head() -> None:
    network = load("resnet18")
    other_head = _changed(network, "fc.bias")
    other_block = _changed(network, "layer4.1.conv2.weight")
    other_statistics = _changed(network, "layer1.0.bn1.running_mean")
    larger = replace(network.weights.preprocessing, crop_size=192, resize_size=192)
    other_size = replace(network, weights=replace(network.weights, preprocessing=larger))

    def identity(of: Network, framing: Framing = Framing.CROP, block: str = "layer4.1") -> str:
        return view_identity(of, framing, block)

    assert identity(network) == identity(other_head) == identity(load("resnet18"))
    others = [identity(each) for each in (other_block, other_statistics, other_size)]
    others += [identity(network, Framing.WHOLE), identity(network, block="layer4.0")]
    assert len({identity(network), *others}) == 6


def _changed(network: Network, name: str) -> Network:
    """Return the same network with one tensor changed, on a copy of its weights."""
    module = network.variant.build(len(network.labels), network.weights.width)
    module = module.to_empty(device="cpu")
    state = {key: tensor.clone() for key, tensor in network.module.state_dict().items()}
    state[name] += 0.5
    with torch.no_grad():
        module.load_state_dict(state)
    return Network(network.variant, network.weights, module, network.device)
