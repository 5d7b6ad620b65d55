from collections.abc import Sequence

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import load
from explorer.errors import RequestError
from explorer.features.extraction import Progress, View, extract, extract_view, run_to_end
from explorer.features.feature_store import FeatureStore
from explorer.features.identity import photo_digest, view_identity
from explorer.networks.network import Network, run_chain
from explorer.photos.geometry import Framing, to_tensor


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18")


@pytest.fixture(scope="module")
def photos(photo: Image.Image) -> list[Image.Image]:
    """Ten crops of a photo, of different sizes and shapes."""
    return [photo.crop((10 * i, 5 * i, 200 + 12 * i, 150 + 7 * i)) for i in range(10)]


class Opened(Sequence[Image.Image]):
    """Photos that note which of them were accessed."""

    def __init__(self, photos: list[Image.Image]) -> None:
        self.photos, self.accessed = photos, list[int]()

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, index: int) -> Image.Image:  # type: ignore[override]
        self.accessed.append(index)
        return self.photos[index]


@pytest.mark.parametrize("framing", list(Framing))
def test_features_are_what_the_head_gets(
    network: Network, photos: list[Image.Image], framing: Framing
) -> None:
    features = run_to_end(extract(network, photos, framing=framing, batch=4))
    entering: list[torch.Tensor] = []
    module = network.private_module()
    module.fc.register_forward_pre_hook(lambda _, inputs: entering.append(inputs[0]))
    with torch.no_grad():
        for photo in photos:
            module(to_tensor(photo, network.weights.preprocessing, framing))
    expected = torch.cat(entering).numpy()
    np.testing.assert_allclose(features.vectors, expected, rtol=1e-4, atol=1e-5)
    assert features.vectors.dtype == np.float32
    assert features.digests == tuple(map(photo_digest, photos))
    assert features.identity == view_identity(network, framing, "layer4.1")


@pytest.mark.parametrize("block", ["layer2.0", None])
def test_views_of_a_block_are_of_its_output(
    network: Network, photos: list[Image.Image], block: str | None
) -> None:
    digests = [photo_digest(photo) for photo in photos]
    seen = {
        view: run_to_end(extract_view(network, photos, digests, view, block=block, batch=3))
        for view in View
    }
    with torch.no_grad():
        x = torch.cat([to_tensor(photo, network.weights.preprocessing) for photo in photos])
        output = run_chain(network, x)[block or "layer4.1"].numpy()
    np.testing.assert_allclose(seen[View.CELLS], output, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(seen[View.POOLED], output.mean((2, 3)), rtol=1e-4, atol=1e-5)
    values, cells = seen[View.PEAKS][:, 0], seen[View.PEAKS][:, 1].astype(int)
    flat = seen[View.CELLS].reshape(*output.shape[:2], -1)
    np.testing.assert_array_equal(values, flat.max(2))
    np.testing.assert_array_equal(np.take_along_axis(flat, cells[..., None], 2)[..., 0], values)


def test_a_photo_is_run_once_and_then_known(network: Network, photos: list[Image.Image]) -> None:
    store, opened = FeatureStore(), Opened([*photos, photos[0]])
    digests = [photo_digest(photo) for photo in opened.photos]
    steps = extract(network, opened, digests=digests, store=store, batch=4)
    assert [next(steps) for _ in range(3)] == [Progress(done, 11) for done in (5, 9, 11)]
    first = run_to_end(steps)
    assert sorted(opened.accessed) == [*range(1, 11)]  # of two that are equal, one is run
    again = extract(network, Opened([]), digests=digests, store=store)
    np.testing.assert_array_equal(run_to_end(again).vectors, first.vectors)


def test_what_was_done_before_the_end_is_not_lost(
    network: Network, photos: list[Image.Image]
) -> None:
    store, opened = FeatureStore(), Opened(photos)
    digests = [photo_digest(photo) for photo in photos]
    steps = extract(network, opened, digests=digests, store=store, batch=4)
    next(steps)
    steps.close()
    assert opened.accessed == [0, 1, 2, 3]
    run_to_end(extract(network, opened, digests=digests, store=store, batch=4))
    assert opened.accessed == list(range(10))


def test_networks_do_not_share_features(network: Network, photos: list[Image.Image]) -> None:
    store = FeatureStore()
    own = [
        run_to_end(extract(each, photos[:2], store=store)).vectors
        for each in (network, load("resnet34"))
    ]
    assert not np.allclose(own[0], own[1])


def test_the_network_is_left_as_it_was(network: Network, photos: list[Image.Image]) -> None:
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    with pytest.raises(RequestError, match=r"no block 'layer9\.0'"):
        run_to_end(extract(network, photos, block="layer9.0"))
    run_to_end(extract(network, photos[:2]))
    assert all(torch.equal(before[n], t) for n, t in network.module.state_dict().items())
    assert not any(module._forward_hooks or module.training for module in network.module.modules())
