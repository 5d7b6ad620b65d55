"""The one training engine: seeded, resumable, a generator of epoch results."""

from __future__ import annotations

import math
import os
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torchvision.transforms import InterpolationMode, v2

from explorer.errors import DataError, RequestError
from explorer.evaluation import evaluate
from explorer.geometry import IMAGENET, Preprocessing, to_tensor
from explorer.narrow import NarrowResNet
from explorer.photo_folders import PhotoFolder
from explorer.variants import Variant

_UNREADABLE = (  # what torch.load and a wrong content raise
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    pickle.UnpicklingError,
)
RANGES = {  # of the recipe's numbers, both ends included
    "epochs": (1, 100_000),
    "batch_size": (2, 65_536),  # batch norm cannot learn from one photo
    "learning_rate": (0, 100),
    "warmup": (0, 100_000),
    "momentum": (0.01, 0.9999),  # Nesterov's needs some
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
class Recipe:
    """How a network is trained: stochastic gradient descent with Nesterov momentum.

    Attributes:
        epochs: passes over the training photos.
        batch_size: photos per step.
        learning_rate: its peak, reached after `warmup` epochs, then a cosine down to zero.
        warmup: epochs of linear rise.
        momentum: of the gradient.
        weight_decay: on convolutions and the head; batch norm and biases have none.
        label_smoothing: probability given to all classes alike.
        resolution: pixels of the training crop.
        last_resolution: pixels of the training crop in the last `last_epochs` epochs.
        last_epochs: how long the larger crop is trained on.
        resize_size: pixels of the short side outside training, before the last resolution's crop.
        smallest_crop: least share of a photo's area that a training crop shows.
        augment: TrivialAugment (Mueller and Hutter, 2021) on every photo.
        mix: share of the batches that are mixed by CutMix or MixUp.
        average: decay per step of the weights' moving average; 0 keeps the last weights.
        balance: how far sampling evens out the categories: 0 photo by photo, 1 by category.
        seed: of order, augmentation and initialisation.
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
        if self.resize_size < self.last_resolution:
            raise RequestError(
                f"A crop of {self.last_resolution} pixels does not fit into a photo resized to "
                f"{self.resize_size}; raise the resize size."
            )

    def learning_rate_at(self, epoch: float) -> float:
        """Return the learning rate after `epoch` epochs, fractions included."""
        if epoch < self.warmup:
            return self.learning_rate * epoch / self.warmup
        done = (epoch - self.warmup) / (self.epochs - self.warmup)
        return self.learning_rate * (1 + math.cos(math.pi * done)) / 2

    @property
    def photo_side(self) -> int:
        """Pixels of a photo's short side that training and measuring make use of."""
        return max(self.resolution, self.resize_size)

    @property
    def preprocessing(self) -> Preprocessing:
        """How a photo becomes the input of the trained network."""
        return Preprocessing(self.last_resolution, self.resize_size, IMAGENET.mean, IMAGENET.std)

    def resolution_at(self, epoch: int) -> int:
        """Return the pixels of the training crop in an epoch, counted from 0."""
        return self.last_resolution if epoch >= self.epochs - self.last_epochs else self.resolution


@dataclass(frozen=True)
class EpochResult:
    """What one epoch did.

    Attributes:
        epoch: epochs done, from 1.
        epochs: epochs in all.
        train_loss: mean over the augmented training batches, in nats.
        val_loss: on the validation photos, eval mode, in nats.
        top1: of the validation photos, in %.
        mean_per_class: of the validation photos, in %.
        seconds: wall time of the epoch, evaluation included.
        clean_loss: on the training photos as they are, eval mode, in nats; None if not recorded.
        clean_top1: of the training photos as they are, eval mode, in %; None if not recorded.
    """

    epoch: int
    epochs: int
    train_loss: float
    val_loss: float
    top1: float
    mean_per_class: float
    seconds: float
    clean_loss: float | None = None
    clean_top1: float | None = None


class Trainer:
    """One training run; iterate over `run()`.

    Args:
        module: a classifier on the device to train on; it is changed in place.
        photos: what to train on.
        val: what to measure on after each epoch, with the same categories.
        recipe: how.
        checkpoint: a file to save to after each epoch and to resume from; None keeps nothing.
    """

    def __init__(
        self,
        module: nn.Module,
        photos: PhotoFolder,
        val: PhotoFolder,
        recipe: Recipe,
        checkpoint: Path | None = None,
    ) -> None:
        if photos.labels != val.labels:
            raise DataError(
                "Training and validation folders hold different categories; make them alike."
            )
        if len(photos.photos) < recipe.batch_size:
            raise DataError(
                f"{len(photos.photos)} photos do not fill one batch of {recipe.batch_size}; "
                "add photos or choose a smaller batch size."
            )
        self.module = module.to(memory_format=torch.channels_last)
        self.photos, self.val, self.recipe, self.checkpoint = photos, val, recipe, checkpoint
        self.device = next(module.parameters()).device
        self.averaged = AveragedModel(
            module, multi_avg_fn=get_ema_multi_avg_fn(recipe.average), use_buffers=True
        )
        self.optimizer = torch.optim.SGD(
            _parameter_groups(module, recipe.weight_decay), 0.0, recipe.momentum, nesterov=True
        )
        self.history: list[EpochResult] = []
        if checkpoint is not None and checkpoint.exists():
            self._resume(checkpoint)

    @property
    def epochs_done(self) -> int:
        """Epochs behind us, those of earlier, interrupted runs included."""
        return len(self.history)

    @property
    def result(self) -> nn.Module:
        """The network to keep: the weights' moving average, or the last weights without one."""
        averaged: nn.Module = self.averaged.module
        return averaged if self.recipe.average else self.module

    def run(self) -> Iterator[EpochResult]:
        """Train to the end of the recipe, epoch by epoch."""
        while self.epochs_done < self.recipe.epochs:
            started = time.perf_counter()
            train_loss = self._train_epoch(len(self.history))
            self.history.append(self._measured(train_loss, started))
            if self.checkpoint is not None:
                self._save(self.checkpoint)
            yield self.history[-1]

    def _measured(self, train_loss: float, started: float) -> EpochResult:
        """Evaluate after an epoch."""
        transform = evaluation_transform(self.recipe.preprocessing)
        scores = evaluate(self.result, self.val.transformed(transform))
        clean = None
        if self.recipe.record_training:
            clean = evaluate(self.result, self.photos.transformed(transform))
        return EpochResult(
            epoch=self.epochs_done + 1,
            epochs=self.recipe.epochs,
            train_loss=train_loss,
            val_loss=scores.loss,
            top1=scores.accuracy(),
            mean_per_class=scores.mean_per_class,
            seconds=time.perf_counter() - started,
            clean_loss=clean.loss if clean else None,
            clean_top1=clean.accuracy() if clean else None,
        )

    def _train_epoch(self, epoch: int) -> float:
        # An epoch depends on the weights before it and on nothing else, so that it can be resumed.
        torch.manual_seed(self.recipe.seed * 100_003 + epoch)
        self.module.train()
        loader = self._loader(epoch)
        mix = _mix(len(self.photos.labels), self.recipe.mix)
        losses = []
        for step, (x, y) in enumerate(loader):
            rate = self.recipe.learning_rate_at(epoch + step / len(loader))
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            x, y = mix(x, y)
            losses.append(self._step(x, y))
        return torch.stack(losses).mean().item()

    def _step(self, x: Tensor, y: Tensor) -> Tensor:
        x = x.to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            logits = self.module(x)
        loss = functional.cross_entropy(
            logits.float(), y.to(self.device), label_smoothing=self.recipe.label_smoothing
        )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.averaged.update_parameters(self.module)
        return loss.detach()

    def _loader(self, epoch: int) -> DataLoader[tuple[Tensor, int]]:
        recipe = self.recipe
        photos = self.photos.transformed(training_transform(recipe, recipe.resolution_at(epoch)))
        counts = torch.bincount(torch.tensor(self.photos.targets))
        weights = counts[list(self.photos.targets)].double() ** -recipe.balance
        sampler = torch.utils.data.WeightedRandomSampler(
            weights.tolist(), len(photos), replacement=recipe.balance > 0
        )
        return DataLoader(photos, recipe.batch_size, sampler=sampler, drop_last=True)

    def _save(self, path: Path) -> None:
        state = {
            "module": self.module.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": [asdict(result) for result in self.history],
            "recipe": asdict(self.recipe),
            "labels": list(self.photos.labels),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, path)

    def _resume(self, path: Path) -> None:
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            history = [EpochResult(**result) for result in state["history"]]
            fits = (
                state["recipe"] == asdict(self.recipe)
                and state["labels"] == list(self.photos.labels)
                and _shapes(state["module"]) == _shapes(self.module.state_dict())
            )
            if fits:
                self.module.load_state_dict(state["module"])
                self.averaged.load_state_dict(state["averaged"])
                self.optimizer.load_state_dict(state["optimizer"])
        except _UNREADABLE as error:
            raise DataError(f"{path} is no whole checkpoint; remove it to start anew.") from error
        if not fits:
            raise DataError(
                f"{path} belongs to another recipe, network or set of categories; "
                "give the same options again, or another folder to start anew."
            )
        self.history = history


def _shapes(state: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}


def untrained_network(
    variant: Variant, classes: int, recipe: Recipe, width: int = 16
) -> NarrowResNet:
    """Build the network that a recipe starts from; the recipe's seed decides its weights."""
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        return NarrowResNet.like(variant.build(), width, classes, variant.has_shortcuts)


def training_transform(recipe: Recipe, resolution: int) -> v2.Compose:
    """Build a training photo's way: random crop, flip, TrivialAugment, normalisation."""
    bilinear = InterpolationMode.BILINEAR
    steps: list[nn.Module] = [
        v2.RandomResizedCrop(resolution, (recipe.smallest_crop, 1.0), interpolation=bilinear),
        v2.RandomHorizontalFlip(),
    ]
    if recipe.augment:
        steps.append(v2.TrivialAugmentWide(interpolation=bilinear))
    normalise = v2.Normalize(list(IMAGENET.mean), list(IMAGENET.std))
    return v2.Compose([*steps, v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), normalise])


def evaluation_transform(preprocessing: Preprocessing) -> Callable[[Image.Image], Tensor]:
    """Build a photo's way outside training: the very one that the app takes."""
    return lambda photo: to_tensor(photo, preprocessing)[0]


def _mix(classes: int, share: float) -> v2.Transform:
    mixed = [v2.CutMix(num_classes=classes), v2.MixUp(num_classes=classes, alpha=0.2)]
    return v2.RandomApply([v2.RandomChoice(mixed)], p=share)


def _parameter_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    decayed = [p for p in module.parameters() if p.ndim > 1]
    others = [p for p in module.parameters() if p.ndim <= 1]
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
