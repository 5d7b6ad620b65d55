import numpy as np
import pytest
import torch
from PIL import Image

from explorer import load
from explorer.errors import RequestError
from explorer.features.exciting_photos import channel_peaks, exciting_photos
from explorer.features.extraction import run_to_end
from explorer.features.identity import photo_digest
from explorer.networks.network import run_chain
from explorer.photos.geometry import Framing, frame, to_tensor


@pytest.fixture(scope="module")
def photos(photo: Image.Image) -> list[Image.Image]:
    return [photo.crop((20 * i, 10 * i, 220 + 20 * i, 180 + 10 * i)) for i in range(12)]


@pytest.mark.parametrize(("block", "framing"), [("layer1.0", "crop"), ("layer2.1", "whole")])
def test_they_are_the_strongest_of_all_and_the_crop_holds_the_cause(
    photos: list[Image.Image], block: str, framing: str
) -> None:
    network, framed = load("resnet18"), Framing(framing)
    peaks = run_to_end(
        channel_peaks(network, photos, [photo_digest(p) for p in photos], block, framed, batch=5)
    )
    x = torch.cat([to_tensor(photo, network.weights.preprocessing, framed) for photo in photos])
    with torch.no_grad():
        maps = run_chain(network, x)[block].numpy()
    channel = int(maps.max((0, 2, 3)).argmax())
    found = exciting_photos(network, peaks, photos, channel, most=4)
    strongest = maps[:, channel].max((1, 2))
    assert [one.index for one in found] == np.argsort(-strongest, kind="stable")[:4].tolist()
    for one in found:
        assert one.activation == pytest.approx(float(strongest[one.index]), rel=1e-4)
        at = maps[one.index, channel, one.row, one.column]
        assert at == pytest.approx(float(strongest[one.index]), rel=1e-4)
        # The cell lies in the crop where its own part of the input comes from.
        left, upper, right, lower = one.cell
        placed = frame(photos[one.index], network.weights.preprocessing, framed)
        across = one.box[0] + (left + right) / 2 * (one.box[2] - one.box[0])
        down = one.box[1] + (upper + lower) / 2 * (one.box[3] - one.box[1])
        row, column = (
            part * maps.shape[2] / placed.input_size for part in placed.to_input(down, across)
        )
        assert abs(row - one.row - 0.5) < 0.5
        assert abs(column - one.column - 0.5) < 0.5
        # What lies outside the crop cannot matter: the photo is made noise there.
        photo = photos[one.index]
        placed = frame(photo, network.weights.preprocessing, framed)
        top, left = placed.to_input(one.box[1], one.box[0])
        bottom, right = placed.to_input(one.box[3], one.box[2])
        inside = torch.zeros(placed.input_size, placed.input_size, dtype=torch.bool)
        margin = 2  # pixels of the input that the rounding to pixels of the photo may cost
        rows = slice(max(int(top) - margin, 0), int(bottom) + 1 + margin)
        inside[rows, max(int(left) - margin, 0) : int(right) + 1 + margin] = True
        inside |= (x[one.index] == 0).all(0)  # the padding
        noisy = torch.where(inside, x[one.index], torch.randn(x[0].shape))
        with torch.no_grad():
            again = run_chain(network, noisy[None])[block][0, channel, one.row, one.column]
        assert float(again) == pytest.approx(one.activation, rel=1e-3)
        assert (one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) < photo.width * photo.height


def test_dead_channels_and_wrong_ones(photos: list[Image.Image]) -> None:
    network = load("resnet18")
    peaks = run_to_end(
        channel_peaks(network, photos, [photo_digest(p) for p in photos], "layer4.1")
    )
    peaks.values[:, 3] = 0
    assert exciting_photos(network, peaks, photos, 3) == ()
    assert len(exciting_photos(network, peaks, photos, 5)) <= 9
    with pytest.raises(RequestError, match="has no channel 128; choose one from 0 to 127"):
        exciting_photos(network, peaks, photos, 128)
