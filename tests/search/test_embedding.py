import numpy as np
import pytest
import torch
from PIL import Image

from explorer import load
from explorer.errors import SearchError
from explorer.features.feature_store import FeatureStore
from explorer.photos.geometry import Framing, to_tensor
from explorer.search.embedding import embed, unit
from explorer.search.vector_space import VectorKind, vector_space
from tiny_teaching import tiny_network


@pytest.mark.parametrize("framing", list(Framing))
def test_vectors_are_those_of_a_plain_forward_pass(photo: Image.Image, framing: Framing) -> None:
    network = load("resnet18")
    photos = [photo, photo.rotate(90, expand=True)]
    module = network.module
    with torch.inference_mode():
        x = torch.cat([to_tensor(one, network.weights.preprocessing, framing) for one in photos])
        x = module.maxpool(module.relu(module.bn1(module.conv1(x))))
        x = module.layer2(module.layer1(x))
        middle = x.mean((2, 3))
        last = module.avgpool(module.layer4(module.layer3(x))).flatten(1)
        logits = module.fc(last)
    for expected, kind, block in (
        (last, VectorKind.POOLED, None),
        (middle, VectorKind.POOLED, "layer2.1"),
        (logits, VectorKind.LOGITS, None),
    ):
        vectors = embed(network, photos, vector_space(network, block, framing, kind))
        plain = torch.nn.functional.normalize(expected, dim=1).numpy()
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, plain, atol=1e-5)


def test_a_photo_without_any_activation_stays_at_zero() -> None:
    np.testing.assert_array_equal(unit(np.zeros((1, 3), np.float32)), np.zeros((1, 3)))
    np.testing.assert_allclose(unit(np.float32([[3, 4]])), [[0.6, 0.8]])


def test_no_photos_give_no_vectors_and_a_wrong_network_is_refused(photo: Image.Image) -> None:
    network = tiny_network()
    assert embed(network, []).shape == (0, 32)
    with pytest.raises(SearchError, match="other weights"):
        embed(network, [photo], vector_space(tiny_network(seed=1)))


def test_features_that_are_stored_are_used(photo: Image.Image) -> None:
    network, store = tiny_network(), FeatureStore()
    first = embed(network, [photo], digests=["cat"], store=store)
    again = embed(network, [Image.new("RGB", (9, 9))], digests=["cat"], store=store)
    np.testing.assert_array_equal(first, again)
