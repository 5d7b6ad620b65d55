"""A tiny network and tiny photos, for tests of what it takes to teach one."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.photos.geometry import Preprocessing
from explorer.transfer.labelled_photos import LabelledPhotos, labelled
from explorer.transfer.splits import Split
from narrow_checkpoints import WIDTH, narrow

LABELS = ("red", "blue")
PREPROCESSING = Preprocessing(32, 36, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


def tiny_network(seed: int = 0) -> Network:
    """A ResNet-18 with 4 channels in the stem, for photos of 32 pixels and two classes."""
    weights = Weights(
        name="tiny",
        source=WeightSource.CHECKPOINT,
        title="Tiny",
        labels=LABELS,
        preprocessing=PREPROCESSING,
        recipe="",
        width=WIDTH,
    )
    module = narrow(seed, len(LABELS))
    return Network(VARIANTS["resnet18"], weights, module, torch.device("cpu"))


def tiny_photos(each: int = 12) -> LabelledPhotos:
    """Noise that is reddish in one class and bluish in the other, in two sizes."""
    random = np.random.default_rng(0)
    photos: list[list[Image.Image]] = []
    for channel in (0, 2):
        noise = random.integers(0, 256, (each, 40, 48, 3), dtype=np.uint8)
        noise[..., channel] |= 192
        photos.append([Image.fromarray(one[: 40 - at % 2 * 3]) for at, one in enumerate(noise)])
    return labelled(LABELS, photos)


def tiny_split(photos: LabelledPhotos) -> Split:
    """Half of the photos to learn from, a quarter to choose on, a quarter to check with."""
    part = np.arange(len(photos.classes)) % 4
    return Split(
        np.flatnonzero(part < 2), np.flatnonzero(part == 2), np.flatnonzero(part == 3), seed=0
    )
