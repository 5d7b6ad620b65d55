from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.photos.geometry import to_tensor
from explorer.training.trained_parts import Scope
from explorer.transfer.fine_tuning import tuning_plan
from explorer.transfer.pitfalls.in_training import augmentation_of, counterpart, pitfall_plan
from explorer.transfer.pitfalls.results import TuningPitfall
from tiny_teaching import PREPROCESSING, tiny_network

DIFFERENCES = {
    TuningPitfall.NO_AUGMENTATION: set(),
    TuningPitfall.WRONG_AUGMENTATION: set(),
    TuningPitfall.TOO_FAST: {"learning_rate"},
    TuningPitfall.SMALL_BATCH: {"fixed_statistics"},
}


@pytest.mark.parametrize("pitfall", TuningPitfall)
def test_a_pitfall_differs_from_its_counterpart_in_one_thing(pitfall: TuningPitfall) -> None:
    plan = tuning_plan(tiny_network(), Scope.ALL)
    before, after = counterpart(pitfall, plan), pitfall_plan(pitfall, plan)
    flat = [asdict(one.recipe) | asdict(one.parts) for one in (before, after)]
    assert {name for name in flat[0] if flat[0][name] != flat[1][name]} == DIFFERENCES[pitfall]
    assert (augmentation_of(pitfall) is None) == bool(DIFFERENCES[pitfall])


def test_without_augmentation_a_photo_always_looks_the_same() -> None:
    photo = Image.effect_noise((50, 40), 80).convert("RGB")
    augmentation = augmentation_of(TuningPitfall.NO_AUGMENTATION)
    assert augmentation is not None
    transform = augmentation(tuning_plan(tiny_network(), Scope.ALL).recipe, 32, PREPROCESSING)
    assert torch.equal(transform(photo), to_tensor(photo, PREPROCESSING)[0])


def test_the_wrong_augmentation_turns_red_into_any_colour() -> None:
    photo = Image.new("RGB", (50, 40), (200, 30, 30))
    augmentation = augmentation_of(TuningPitfall.WRONG_AUGMENTATION)
    assert augmentation is not None
    recipe = tuning_plan(tiny_network(), Scope.ALL).recipe
    transform = augmentation(recipe, 32, PREPROCESSING)
    torch.manual_seed(0)
    strongest = {int(np.argmax(transform(photo).mean((1, 2)).numpy())) for _ in range(40)}
    assert strongest == {0, 1, 2}
