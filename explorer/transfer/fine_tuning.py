"""Train a network on photos of new classes: from the probe's head on, or from nothing.

Fine-tuning starts from the head that the probe fitted. From a random head, the first steps would
spoil the features before the head says anything about them (Kumar et al., 2022).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import nn

from explorer.array_types import Map
from explorer.errors import DataError
from explorer.networks.devices import Precision
from explorer.networks.network import Network, run_chain
from explorer.networks.vit_tokens import as_grid
from explorer.photos.class_folders import PhotoFolder
from explorer.photos.geometry import Preprocessing, resized_size
from explorer.training.evaluation import evaluate
from explorer.training.recipe import TrainingRecipe
from explorer.training.trained_parts import Scope, TrainedParts
from explorer.training.trainer import Augmentation, EpochResult, Trainer, evaluation_transform
from explorer.transfer.labelled_photos import Indices, LabelledPhotos
from explorer.transfer.splits import Split
from explorer.transfer.tuning_epoch import Score, TuningEpoch
from explorer.weights.untrained import dead_leaves, normalised, untrained_copy

EPOCHS, BATCH = 20, 16
HEAD_STEP = 0.4  # learning rate of the head, times the squared length of the features
FASTEST, BACKBONE_SHARE = 0.02, 0.1  # learning rate of the head, and the backbone's share of it
SCRATCH_RATE = 0.05
CROP_SHARE = 0.8  # a training crop makes objects larger, so that it needs fewer pixels
CELL = 32  # pixels of the input per cell of the last block
MOST_BYTES = 400_000_000  # of all photos at the size that the network resizes them to


@dataclass(frozen=True)
class TuningPlan:
    """How a network is trained on photos of new classes.

    Attributes:
        recipe: epochs, batches, learning rate of the head, and so on.
        parts: parts that change, the backbone's share of the rate, and what batch norm does.
        from_scratch: whether it starts from random weights, instead of the network's own.
    """

    recipe: TrainingRecipe
    parts: TrainedParts
    from_scratch: bool = False


class FineTuning:
    """One training on photos of new classes; iterate over `run()`.

    Args:
        module: network with an output for each class, changed in place.
        preprocessing: preprocessing of its photos.
        learn: photos to learn from, as `photos_for` prepares them.
        choose: photos to choose the best epoch on; None keeps the last one.
        plan: how it is trained. If it starts from scratch, the module must be untrained.
        augmentation: as for `Trainer`.
        before_step: as for `Trainer`.
    """

    def __init__(
        self,
        module: nn.Module,
        preprocessing: Preprocessing,
        learn: PhotoFolder,
        choose: PhotoFolder | None,
        plan: TuningPlan,
        augmentation: Augmentation | None = None,
        before_step: Callable[[], object] = lambda: None,
    ) -> None:
        self._chooses = choose is not None
        self._trainer = Trainer(
            module,
            learn,
            learn if choose is None else choose,
            _fitting(plan.recipe, len(learn.photos), self._chooses),
            parts=plan.parts,
            preprocessing=preprocessing,
            augmentation=augmentation,
            keep_best=self._chooses,
            before_step=before_step,
            precision=Precision.FLOAT32,
        )

    @property
    def module(self) -> nn.Module:
        """The network to keep so far, in eval mode."""
        return self._trainer.result.eval()

    @property
    def latest(self) -> nn.Module:
        """The network after the latest epoch, in eval mode."""
        return self._trainer.latest.eval()

    def run(self) -> Iterator[TuningEpoch]:
        """Train, and yield each epoch; the start comes first if there are photos to choose on."""
        for result in self._trainer.run():
            yield self._epoch(result)

    def _epoch(self, result: EpochResult) -> TuningEpoch:
        val, learn = _score(result.val_loss, result.top1), None
        if result.clean_loss is not None and result.clean_top1 is not None:
            learn = _score(result.clean_loss, result.clean_top1)
        return TuningEpoch(
            epoch=result.epoch,
            epochs=result.epochs,
            learn=learn if self._chooses else val,
            choose=val if self._chooses else None,
            seconds=result.seconds,
            is_best=not self._chooses or result is self._trainer.best,
        )


def _fitting(recipe: TrainingRecipe, photos: int, chooses: bool) -> TrainingRecipe:
    """Fit a recipe to few photos; if they stand in for those to choose on, measure them once."""
    return replace(
        recipe,
        batch_size=min(recipe.batch_size, photos),
        record_training=recipe.record_training and chooses,
    )


def _score(loss: float, percent: float) -> Score:
    return Score(loss if math.isfinite(loss) else None, percent / 100)


def fine_tune(
    network: Network,
    photos: LabelledPhotos,
    split: Split,
    plan: TuningPlan,
    augmentation: Augmentation | None = None,
) -> Generator[TuningEpoch, None, nn.Module]:
    """Train a copy of a network; "check" is not opened.

    Args:
        network: network with a head for the classes of the photos, which the probe fitted; shared
            and only read.
        photos: the photos.
        split: which of them are for what.
        plan: how it is trained.
        augmentation: as for `Trainer`.

    Yields:
        The start, and the network after each epoch.

    Returns:
        The network of the best epoch on "choose"; a module in eval mode on the network's device.

    Raises:
        DataError: as for `check_photos`.
    """
    preprocessing = network.weights.preprocessing
    learn, choose = tuning_photos(photos, split, preprocessing)
    tuning = FineTuning(
        starting_point(network, plan), preprocessing, learn, choose, plan, augmentation
    )
    yield from tuning.run()
    return tuning.module


def tuning_plan(
    network: Network,
    scope: Scope,
    epochs: int = EPOCHS,
    *,
    fixed_statistics: bool = True,
    batch_size: int = BATCH,
    seed: int = 0,
) -> TuningPlan:
    """Plan a fine-tuning that starts from the probe's head.

    Args:
        network: network to train.
        scope: parts that change.
        epochs: passes over the photos.
        fixed_statistics: whether batch norm keeps the statistics of the network.
        batch_size: photos per step; there may be fewer.
        seed: seed of order and augmentation.
    """
    recipe = _recipe(network, epochs, batch_size, head_rate(network), seed)
    return TuningPlan(recipe, TrainedParts(scope, BACKBONE_SHARE, fixed_statistics))


def head_rate(network: Network) -> float:
    """Return a learning rate for the head of a network.

    The head's loss is the steeper, the longer its inputs are: with one rate for all networks,
    either some heads would leave the place where the probe put them, or others would not move.
    """
    with torch.no_grad(), network.autocast():
        x = normalised(dead_leaves()).to(network.device)
        features = as_grid(run_chain(network, x)[network.blocks[-1]]).float().mean((2, 3))
    return min(HEAD_STEP / features.square().sum(1).mean().item(), FASTEST)


def scratch_plan(
    network: Network, epochs: int = EPOCHS, *, batch_size: int = BATCH, seed: int = 0
) -> TuningPlan:
    """Plan a training from nothing: of the same architecture, with the same budget as fine-tuning.

    Epochs, batches, augmentation and photos are the same. The rate is higher, and the same for all
    parts, and batch norm learns statistics of its own, as random weights need it.
    """
    recipe = _recipe(network, epochs, batch_size, SCRATCH_RATE, seed)
    return TuningPlan(recipe, TrainedParts(), from_scratch=True)


def _recipe(
    network: Network, epochs: int, batch_size: int, rate: float, seed: int
) -> TrainingRecipe:
    preprocessing = network.weights.preprocessing
    side = max(CELL, CELL * round(CROP_SHARE * preprocessing.crop_size / CELL))
    return TrainingRecipe(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=rate,
        warmup=min(1, epochs - 1),
        label_smoothing=0.0,
        resolution=side,
        last_resolution=side,
        last_epochs=0,
        resize_size=max(side, preprocessing.resize_size),
        average=0.0,
        balance=0.0,
        seed=seed,
        record_training=True,
    )


def starting_point(network: Network, plan: TuningPlan) -> nn.Module:
    """Return the module that a training starts from: a copy, or one with random weights."""
    if plan.from_scratch:
        return untrained_copy(network.module, plan.recipe.seed).to(network.device)
    return copy.deepcopy(network.module)


def tuning_photos(
    photos: LabelledPhotos, split: Split, preprocessing: Preprocessing
) -> tuple[PhotoFolder, PhotoFolder | None]:
    """Return the photos to learn from and to choose on, as the network resizes them.

    Raises:
        DataError: as for `check_photos`.
    """
    check_photos(photos, split, preprocessing)
    choose = photos_for(photos, split.choose, preprocessing) if len(split.choose) else None
    return photos_for(photos, split.learn, preprocessing), choose


def check_photos(photos: LabelledPhotos, split: Split, preprocessing: Preprocessing) -> None:
    """Refuse photos that no training can use.

    Raises:
        DataError: if there are fewer than two to learn from, or they are too large for the memory
            that a training may take.
    """
    if len(split.learn) < 2:
        raise DataError("Training takes at least two photos to learn from; add some.")
    sizes = (resized_size(photos.photos[at], preprocessing) for at in split.known)
    if sum(3 * rows * columns for rows, columns in sizes) > MOST_BYTES:
        raise DataError(
            f"These photos take more than {MOST_BYTES // 1_000_000} MB at the size of the network; "
            "train with fewer, or crop those that are very long."
        )


def photos_for(
    photos: LabelledPhotos, indices: Indices, preprocessing: Preprocessing
) -> PhotoFolder:
    """Return some photos resized as the network resizes them, for training and for evaluation."""
    return PhotoFolder(
        labels=photos.labels,
        photos=tuple(resized(photos.photos[at], preprocessing) for at in indices),
        targets=tuple(int(photos.classes[at]) for at in indices),
    )


def resized(photo: Image.Image, preprocessing: Preprocessing) -> Image.Image:
    """Resize a photo as the network does, so that doing it again changes nothing."""
    rows, columns = resized_size(photo, preprocessing)
    return photo.resize((columns, rows), Image.Resampling.BILINEAR)


def logits_of(
    module: nn.Module, photos: LabelledPhotos, indices: Indices, preprocessing: Preprocessing
) -> Map:
    """Return the logits of a trained network on some photos, e.g. those to check with.

    Returns:
        float32, shape (len(indices), K).
    """
    dataset = photos_for(photos, indices, preprocessing)
    scores = evaluate(module, dataset.transformed(evaluation_transform(preprocessing)))
    logits: Map = scores.logits.numpy().astype(np.float32)
    return logits
