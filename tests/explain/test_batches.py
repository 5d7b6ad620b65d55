from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.errors import RequestError
from explorer.explain.batches import BATCH, explain_many
from explorer.networks.network import Network
from explorer.photos.geometry import Framing


@pytest.fixture(scope="module")
def network() -> Network:
    return load("resnet18", "random:0")


@pytest.fixture(scope="module")
def photos(photo: Image.Image) -> list[Image.Image]:
    """Twenty crops of a photo, of different sizes and shapes."""
    return [photo.crop((10 * i, 5 * i, 200 + 12 * i, 150 + 7 * i)) for i in range(20)]


def openers(photos: list[Image.Image]) -> list[Callable[[], Image.Image]]:
    return [lambda photo=photo: photo for photo in photos]


@pytest.mark.parametrize("options", [{}, {"layer": "layer2.0", "target": 7, "signed": True}])
def test_each_photo_gets_what_it_gets_alone(
    network: Network, photos: list[Image.Image], options: dict[str, object]
) -> None:
    batches = list(explain_many(network, openers(photos), **options))
    assert [len(batch) for batch in batches] == [BATCH, BATCH, len(photos) - 2 * BATCH]
    results = [result for batch in batches for result in batch]
    for photo, result in zip(photos, results, strict=True):
        alone = analyze(network, photo)
        heatmap = alone.heatmap(**options)
        scale = np.abs(heatmap).max()
        np.testing.assert_allclose(result.heatmap, heatmap, rtol=0, atol=2e-5 * scale)
        assert result.frame == alone.frame
        assert [p.index for p in result.predictions] == [p.index for p in alone.predictions]
        expected = options.get("target", alone.predictions[0].index)
        assert result.target.index == expected
        assert result.target.probability == pytest.approx(
            alone.prediction(expected).probability, rel=1e-4
        )


def test_photos_are_opened_only_when_their_turn_comes(
    network: Network, photos: list[Image.Image]
) -> None:
    opened: list[int] = []

    def opener(index: int) -> Callable[[], Image.Image]:
        return lambda: opened.append(index) or photos[index]

    batches = explain_many(network, [opener(i) for i in range(20)])
    next(batches)
    batches.close()
    assert opened == list(range(BATCH))


def test_the_whole_photo_can_be_framed(network: Network, photos: list[Image.Image]) -> None:
    (batch,) = explain_many(network, openers(photos[:1]), framing=Framing.WHOLE)
    assert batch[0].frame == analyze(network, photos[0], Framing.WHOLE).frame


def test_what_is_not_there_is_refused(network: Network, photos: list[Image.Image]) -> None:
    with pytest.raises(RequestError):
        next(explain_many(network, openers(photos), layer="layer9.0"))
    with pytest.raises(RequestError):
        next(explain_many(network, openers(photos), target="no such class"))


def test_a_full_gpu_takes_the_photos_one_by_one(
    network: Network, photos: list[Image.Image]
) -> None:
    expected = [r for b in explain_many(network, openers(photos[:4])) for r in b]

    def full(module: object, arguments: tuple[torch.Tensor]) -> None:
        if len(arguments[0]) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    handle = network.module.layer3[0].register_forward_pre_hook(full)
    try:
        results = [r for b in explain_many(network, openers(photos[:4])) for r in b]
    finally:
        handle.remove()
    for ours, reference in zip(results, expected, strict=True):
        assert ours.target.index == reference.target.index
        scale = np.abs(reference.heatmap).max()
        np.testing.assert_allclose(ours.heatmap, reference.heatmap, rtol=0, atol=2e-5 * scale)
