"""The settings of a training."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.errors import RequestError
from explorer.photos.geometry import IMAGENET, Preprocessing

RANGES = {  # allowed values of the recipe's numbers, both ends included
    "epochs": (1, 100_000),
    "batch_size": (2, 65_536),  # batch norm cannot learn from one photo
    "learning_rate": (0, 100),
    "warmup": (0, 100_000),
    "momentum": (0.01, 0.9999),  # Nesterov momentum must not be zero
    "weight_decay": (0, 1),
    "label_smoothing": (0, 0.99),
    "resolution": (32, 1024),
    "last_resolution": (32, 1024),
    "last_epochs": (0, 100_000),
    "resize_size": (32, 2048),
    "smallest_crop": (0.01, 1),
    "mix": (0, 1),
    "average": (0, 0.999999),
    "balance": (0, 1),
    "seed": (0, 2**40),
}


@dataclass(frozen=True)
class TrainingRecipe:
    """How a network is trained: stochastic gradient descent with Nesterov momentum.

    Attributes:
        epochs: passes over the training photos.
        batch_size: photos per step.
        learning_rate: peak value, reached after `warmup` epochs, then a cosine down to zero.
        warmup: epochs of linear rise.
        momentum: Nesterov momentum of the gradient.
        weight_decay: decay on convolutions and the head; batch norm and biases have none.
        label_smoothing: probability given to all classes alike.
        resolution: pixels of the training crop.
        last_resolution: pixels of the training crop in the last `last_epochs` epochs.
        last_epochs: number of final epochs with the larger crop.
        resize_size: pixels of the short side outside training, before the last resolution's crop.
        smallest_crop: least share of a photo's area that a training crop shows.
        augment: TrivialAugment (Mueller and Hutter, 2021) on every photo.
        mix: share of the batches that are mixed by CutMix or MixUp.
        average: decay per step of the weights' moving average; 0 keeps the last weights.
        balance: degree to which sampling evens out categories: 0 photo by photo, 1 by category.
        seed: seed of order, augmentation and initialisation.
        record_training: measure the training photos after each epoch as they are, in eval mode.
    """

    epochs: int = 120
    batch_size: int = 64
    learning_rate: float = 0.1
    warmup: int = 5
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    resolution: int = 128
    last_resolution: int = 160
    last_epochs: int = 15
    resize_size: int = 192
    smallest_crop: float = 0.25
    augment: bool = True
    mix: float = 0.0
    average: float = 0.998
    balance: float = 0.5
    seed: int = 0
    record_training: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise RequestError(
                    f"The {name.replace('_', ' ')} of a recipe lies between {least:,} and "
                    f"{most:,}, not at {getattr(self, name):,}."
                )
        if self.warmup >= self.epochs:
            raise RequestError(
                f"A warmup of {self.warmup} epochs leaves none of {self.epochs} for the training "
                "at the full learning rate; lower the warmup or raise the epochs."
            )
        if self.resize_size < self.last_resolution:
            raise RequestError(
                f"A crop of {self.last_resolution} pixels does not fit into a photo resized to "
                f"{self.resize_size}; raise the resize size."
            )

    def learning_rate_at(self, epoch: float) -> float:
        """Return the learning rate after `epoch` epochs, which may be fractional."""
        if epoch < self.warmup:
            return self.learning_rate * epoch / self.warmup
        done = (epoch - self.warmup) / (self.epochs - self.warmup)
        return self.learning_rate * (1 + math.cos(math.pi * done)) / 2

    @property
    def photo_side(self) -> int:
        """Pixels of a photo's short side that training and evaluation need."""
        return max(self.resolution, self.resize_size)

    @property
    def preprocessing(self) -> Preprocessing:
        """Preprocessing of photos for the trained network."""
        return Preprocessing(self.last_resolution, self.resize_size, IMAGENET.mean, IMAGENET.std)

    def resolution_at(self, epoch: int) -> int:
        """Return the side of the training crop in pixels, in an epoch counted from 0."""
        return self.last_resolution if epoch >= self.epochs - self.last_epochs else self.resolution
