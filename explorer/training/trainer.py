"""The training engine: seeded, resumable, with a generator of epoch results."""

from __future__ import annotations

import copy
import math
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torchvision.transforms import InterpolationMode, v2

from explorer.atomic_write import atomic_write
from explorer.errors import DataError, RequestError
from explorer.json_records import to_record
from explorer.networks.devices import Precision, training_layout
from explorer.networks.narrow_resnet import NarrowResNet
from explorer.networks.variants import Variant
from explorer.photos.class_folders import PhotoFolder
from explorer.photos.geometry import Preprocessing, to_tensor
from explorer.training.evaluation import evaluate
from explorer.training.photo_record import PhotoRecord
from explorer.training.recipe import TrainingRecipe
from explorer.training.trained_parts import TrainedParts

Augmentation = Callable[[TrainingRecipe, int, Preprocessing], Callable[[Image.Image], Tensor]]

# Of a checkpoint that was written before photos were recorded.
_UNRECORDED = {"first_epoch": 1, "training": (), "validation": ()}
_UNREADABLE = (  # raised by torch.load and by wrong content
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    pickle.UnpicklingError,
)


@dataclass(frozen=True)
class EpochResult:
    """Results of one epoch.

    Attributes:
        epoch: number of the epoch, from 1; 0 before the first one.
        epochs: total number of epochs.
        train_loss: mean loss over the augmented training batches, in nats; NaN before the first
            epoch.
        val_loss: loss on the validation photos in eval mode, in nats.
        top1: top-1 accuracy on the validation photos, in %.
        mean_per_class: mean of the top-1 accuracies of all classes on the validation photos, in %.
        seconds: wall time of the epoch in seconds, evaluation included.
        clean_loss: loss on the unaugmented training photos in eval mode, in nats; None if not
            recorded.
        clean_top1: top-1 accuracy on the unaugmented training photos in eval mode, in %; None if
            not recorded.
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
        module: classifier on the device to train on, changed in place.
        photos: training photos.
        val: validation photos with the same classes, evaluated after each epoch.
        recipe: settings of the training.
        checkpoint: file to save to after each epoch and to resume from; None for no checkpoint.
        parts: what changes of the network; None for everything, at one rate.
        preprocessing: preprocessing of the network's photos; None for the recipe's.
        augmentation: function that builds the transform of training photos from the recipe, the
            side of the crop in pixels and the preprocessing; None for `training_transform`.
        keep_best: whether to keep the network of the epoch with the lowest validation loss instead
            of the last one. The start counts, too, and is evaluated first.
        before_step: function called before each step, which may hold it.
        precision: precision of training passes; CPUs without bfloat16 are many times slower in it.

    Attributes:
        best: result of the best epoch so far; None unless it is kept.
        history: results of the finished epochs.
        records: photos of the epochs, in order; usually the same for all.
        changes: how the photos differ from those before an interruption, in words; "" if they are
            the same.
    """

    def __init__(
        self,
        module: nn.Module,
        photos: PhotoFolder,
        val: PhotoFolder,
        recipe: TrainingRecipe,
        checkpoint: Path | None = None,
        *,
        parts: TrainedParts | None = None,
        preprocessing: Preprocessing | None = None,
        augmentation: Augmentation | None = None,
        keep_best: bool = False,
        before_step: Callable[[], object] = lambda: None,
        precision: Precision = Precision.BFLOAT16,
    ) -> None:
        if keep_best and checkpoint is not None:
            raise ValueError("a checkpoint does not hold the best epoch")
        val = val.like(photos)
        if len(photos.photos) < recipe.batch_size:
            raise DataError(
                f"{len(photos.photos)} photos do not fill one batch of {recipe.batch_size}; "
                "add photos or choose a smaller batch size."
            )
        self.layout = training_layout(module, precision)
        self.module = module.to(memory_format=self.layout)
        self.photos, self.val, self.recipe, self.checkpoint = photos, val, recipe, checkpoint
        self.parts, self.keep_best = parts or TrainedParts(), keep_best
        self.preprocessing = preprocessing or recipe.preprocessing
        self.augmentation: Augmentation = augmentation or training_transform
        self.before_step, self.precision = before_step, precision
        self.device = next(module.parameters()).device
        self.parts.select(module)
        self.averaged = AveragedModel(
            module, multi_avg_fn=get_ema_multi_avg_fn(recipe.average), use_buffers=True
        )
        self.optimizer = torch.optim.SGD(
            self.parts.groups(module, recipe.weight_decay), 0.0, recipe.momentum, nesterov=True
        )
        self.best: EpochResult | None = None
        self._best_module: nn.Module | None = None
        self.history: list[EpochResult] = []
        self.records = [PhotoRecord.of(1, photos, val)]
        self.changes = ""
        if checkpoint is not None and checkpoint.exists():
            self._resume(checkpoint)

    @property
    def epochs_done(self) -> int:
        """Number of finished epochs, including those before an interruption."""
        return len(self.history)

    @property
    def result(self) -> nn.Module:
        """The module to keep: of the best epoch if that is kept, or else of the last one."""
        return self._best_module or self.latest

    @property
    def latest(self) -> nn.Module:
        """The module as it is now, with the moving average of the weights if there is one."""
        averaged: nn.Module = self.averaged.module
        return averaged if self.recipe.average else self.module

    def run(self) -> Iterator[EpochResult]:
        """Train to the end of the recipe and yield the result of each epoch.

        If the best epoch is kept, the result before the first epoch comes first.
        """
        if self.keep_best and self.best is None:
            start = self._evaluate_epoch(0, math.nan, time.perf_counter())
            self._compare(start)
            yield start
        while self.epochs_done < self.recipe.epochs:
            started = time.perf_counter()
            train_loss = self._train_epoch(self.epochs_done)
            self.history.append(self._evaluate_epoch(self.epochs_done + 1, train_loss, started))
            self._compare(self.history[-1])
            if self.checkpoint is not None:
                self._save(self.checkpoint)
            yield self.history[-1]

    def _compare(self, result: EpochResult) -> None:
        """Keep the network if it is the best so far: by its loss, which few photos tell better."""
        if self.keep_best and (self.best is None or _rank(result) > _rank(self.best)):
            self.best, self._best_module = result, copy.deepcopy(self.latest)

    def _evaluate_epoch(self, epoch: int, train_loss: float, started: float) -> EpochResult:
        """Evaluate the network after an epoch."""
        transform = evaluation_transform(self.preprocessing)
        scores = evaluate(self.latest, self.val.transformed(transform))
        clean = None
        if self.recipe.record_training:
            clean = evaluate(self.latest, self.photos.transformed(transform))
        return EpochResult(
            epoch=epoch,
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
        # The seed depends only on recipe and epoch, so that resuming gives the same result.
        torch.manual_seed(self.recipe.seed * 100_003 + epoch)
        self.parts.set_modes(self.module)
        loader = self._loader(epoch)
        mix = _mix_transform(len(self.photos.labels), self.recipe.mix)
        losses = []
        for step, (x, y) in enumerate(loader):
            rate = self.recipe.learning_rate_at(epoch + step / len(loader))
            for group in self.optimizer.param_groups:
                group["lr"] = rate * group.get("scale", 1.0)  # older checkpoints have none
            self.before_step()
            x, y = mix(x, y)
            losses.append(self._step(x, y))
        return torch.stack(losses).mean().item()

    def _step(self, x: Tensor, y: Tensor) -> Tensor:
        x = x.to(self.device, memory_format=self.layout)
        with torch.autocast(self.device.type, torch.bfloat16, self.precision is Precision.BFLOAT16):
            logits = self.module(x)
        loss = functional.cross_entropy(
            logits.float(), y.to(self.device), label_smoothing=self.recipe.label_smoothing
        )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if self.recipe.average:
            self.averaged.update_parameters(self.module)
        return loss.detach()

    def _loader(self, epoch: int) -> DataLoader[tuple[Tensor, int]]:
        recipe = self.recipe
        transform = self.augmentation(recipe, recipe.resolution_at(epoch), self.preprocessing)
        photos = self.photos.transformed(transform)
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
            "parts": to_record(self.parts),
            "labels": list(self.photos.labels),
            "photos": [asdict(record) for record in self.records],
        }
        try:
            with atomic_write(path) as partial:
                torch.save(state, partial)
        except (OSError, RuntimeError) as error:  # torch raises the second if the disk is full
            reason = getattr(error, "strerror", None) or "is the disk full?"
            raise RequestError(
                f"{path} cannot be written after epoch {self.epochs_done} ({reason}); "
                f"free some space or open the folder for writing, and give the same command "
                f"again: {self._restart(path)}."
            ) from error

    def _restart(self, path: Path) -> str:
        return (
            f"it goes on after epoch {self.epochs_done - 1}" if path.exists() else "it starts anew"
        )

    def _resume(self, path: Path) -> None:
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            history = [EpochResult(**result) for result in state["history"]]
            records = [PhotoRecord(**record) for record in state.get("photos", [_UNRECORDED])]
            matches = (
                state["recipe"] == asdict(self.recipe)
                and state.get("parts", to_record(TrainedParts())) == to_record(self.parts)
                and state["labels"] == list(self.photos.labels)
                and _shapes(state["module"]) == _shapes(self.module.state_dict())
            )
            if matches:
                self.module.load_state_dict(state["module"])
                self.averaged.load_state_dict(state["averaged"])
                self.optimizer.load_state_dict(state["optimizer"])
        except _UNREADABLE as error:
            raise DataError(f"{path} is no whole checkpoint; remove it to start anew.") from error
        if not matches:
            raise DataError(
                f"{path} belongs to another recipe, network or set of categories; "
                "give the same options again, or another folder to start anew."
            )
        self.history = history
        self._compare_photos(records)

    def _compare_photos(self, records: list[PhotoRecord]) -> None:
        """Note whether the photos are those before the interruption, and which epochs had which."""
        present = replace(self.records[0], first_epoch=self.epochs_done + 1)
        self.records, self.changes = records, records[-1].difference(present)
        if self.changes and self.epochs_done < self.recipe.epochs:
            self.records = [*records, present]


def _shapes(state: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}


def untrained_network(
    variant: Variant, classes: int, recipe: TrainingRecipe, width: int = 16
) -> NarrowResNet:
    """Build the network that a recipe starts from, with weights from the recipe's seed."""
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        return NarrowResNet.like(variant.build(), width, classes, variant.has_shortcuts)


def training_transform(
    recipe: TrainingRecipe, resolution: int, preprocessing: Preprocessing
) -> v2.Compose:
    """Build the transform of training photos: crop, flip, TrivialAugment, normalisation."""
    bilinear = InterpolationMode.BILINEAR
    steps: list[nn.Module] = [
        v2.RandomResizedCrop(resolution, (recipe.smallest_crop, 1.0), interpolation=bilinear),
        v2.RandomHorizontalFlip(),
    ]
    if recipe.augment:
        steps.append(v2.TrivialAugmentWide(interpolation=bilinear))
    normalise = v2.Normalize(list(preprocessing.mean), list(preprocessing.std))
    return v2.Compose([*steps, v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), normalise])


def evaluation_transform(preprocessing: Preprocessing) -> Callable[[Image.Image], Tensor]:
    """Build the transform of photos outside training, which is the one the app uses."""
    return lambda photo: to_tensor(photo, preprocessing)[0]


def _mix_transform(classes: int, share: float) -> v2.Transform:
    transforms = [v2.CutMix(num_classes=classes), v2.MixUp(num_classes=classes, alpha=0.2)]
    return v2.RandomApply([v2.RandomChoice(transforms)], p=share)


def _rank(result: EpochResult) -> float:
    return -math.inf if math.isnan(result.val_loss) else -result.val_loss
