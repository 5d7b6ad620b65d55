"""A tiny network that was taught three classes of tiny photos, for tests of what becomes of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import Weights
from explorer.photos.geometry import Preprocessing
from explorer.transfer.labelled_photos import LabelledPhotos, labelled
from explorer.transfer.splits import plan
from explorer.transfer.taught_network import Taught
from explorer.transfer.taught_record import How
from explorer.transfer.teaching import run_to_end, teaching
from narrow_checkpoints import WIDTH, narrow

LABELS = ("blue", "dark red", "naïve <green>")
SIDES = Preprocessing(32, 36, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3))


def base(module: torch.nn.Module | None = None, variant: str = "resnet18") -> Network:
    """A ResNet-18 with 4 channels in the stem and five classes, for photos of 32 pixels."""
    weights = Weights(
        name="secret.pth",
        source=WeightSource.CHECKPOINT,
        title="My checkpoint (secret.pth)",
        labels=tuple("abcde"),
        preprocessing=SIDES,
        recipe="None.",
        width=WIDTH,
        sha256="0123",
    )
    return Network(VARIANTS[variant], weights, module or narrow(), torch.device("cpu"))


def pictures(each: int = 10) -> list[list[Image.Image]]:
    """Noise in which one colour is strong, for each class, in two shapes."""
    random = np.random.default_rng(1)
    made = []
    for channel in (2, 0, 1):
        noise = random.integers(0, 150, (each, 44, 52, 3), dtype=np.uint8)
        noise[..., channel] += 100
        made.append([Image.fromarray(one[: 44 - at % 2 * 5]) for at, one in enumerate(noise)])
    return made


def photos(each: int = 10) -> LabelledPhotos:
    """Photos of the three classes."""
    return labelled(LABELS, pictures(each))


def folder(path: Path, each: int = 6) -> Path:
    """A folder with a folder of photos for each of three classes."""
    for name, own in zip(("blue", "dark_red", "green"), pictures(each), strict=True):
        (path / name).mkdir(parents=True)
        for number, picture in enumerate(own):
            picture.save(path / name / f"{number}.png")
    return path


@cache
def example() -> Taught:
    """The network, taught by a probe, with one part of the photos held back."""
    every = photos()
    return run_to_end(teaching(base(), every, How.PROBE, plan(every, folds=1)), lambda step: None)
