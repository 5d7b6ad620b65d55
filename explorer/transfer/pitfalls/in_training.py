"""Pitfalls that take a training to fall into; what they do is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

from explorer.photos.geometry import Preprocessing
from explorer.training.recipe import TrainingRecipe
from explorer.training.trainer import Augmentation, evaluation_transform, training_transform
from explorer.transfer.fine_tuning import TuningPlan
from explorer.transfer.pitfalls.results import TuningPitfall

TIMES = 100  # the learning rate
SMALL_BATCH = 4


def pitfall_plan(pitfall: TuningPitfall, plan: TuningPlan) -> TuningPlan:
    """Return the plan of a training that falls into a pitfall; see also `augmentation_of`."""
    recipe, parts = plan.recipe, plan.parts
    if pitfall is TuningPitfall.TOO_FAST:
        recipe = replace(recipe, learning_rate=TIMES * recipe.learning_rate)
    if pitfall is TuningPitfall.SMALL_BATCH:
        recipe = replace(recipe, batch_size=SMALL_BATCH)
        parts = replace(parts, fixed_statistics=False)
    return replace(plan, recipe=recipe, parts=parts)


def counterpart(pitfall: TuningPitfall, plan: TuningPlan) -> TuningPlan:
    """Return the plan to compare a pitfall with, which differs from it in nothing else."""
    if pitfall is TuningPitfall.SMALL_BATCH:
        return replace(plan, recipe=replace(plan.recipe, batch_size=SMALL_BATCH))
    return plan


def augmentation_of(pitfall: TuningPitfall) -> Augmentation | None:
    """Return the augmentation of a pitfall; None for the usual one."""
    return {
        TuningPitfall.NO_AUGMENTATION: _as_it_is,
        TuningPitfall.WRONG_AUGMENTATION: _any_hue,
    }.get(pitfall)


def _as_it_is(
    recipe: TrainingRecipe, resolution: int, preprocessing: Preprocessing
) -> Callable[[Image.Image], Tensor]:
    """Show each photo always alike: the network's own input."""
    return evaluation_transform(preprocessing)


def _any_hue(
    recipe: TrainingRecipe, resolution: int, preprocessing: Preprocessing
) -> Callable[[Image.Image], Tensor]:
    """Turn the hues of each photo at random, as if colour said nothing about the class."""
    turned, usual = v2.ColorJitter(hue=0.5), training_transform(recipe, resolution, preprocessing)
    return lambda photo: usual(turned(photo))
