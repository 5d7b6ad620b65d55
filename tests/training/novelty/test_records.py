"""Tests of explorer/training/novelty: features.py, records.py and card.py."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer import load
from explorer.explain.novelty import FOLDER, Score, read
from explorer.networks.variants import find_variant
from explorer.training.novelty import features as novelty_features
from explorer.training.novelty.card import part
from explorer.training.novelty.features import (
    TRAIN,
    VAL,
    Seen,
    digest,
    generated,
    like_validation,
    see,
    seen,
    some_of_each,
)
from explorer.training.novelty.records import (
    DEPTHS,
    DETECTORS,
    FALSE_ALARMS,
    OTHERS,
    Measurement,
    statistics_of,
    write,
)
from explorer.weights import builtin
from explorer.weights.model_cards import read_card

KNOWN, CHANNELS, CLASSES = 40, 8, 3


def made(random: np.random.Generator, shift: float, count: int) -> Seen:
    """Photos of three categories, all of them shifted."""
    targets = np.arange(count) % CLASSES
    features = random.normal(size=(count, CHANNELS)) + shift
    features[np.arange(count), targets] += 6
    logits = features[:, :CLASSES] - features[:, :CLASSES].mean(1, keepdims=True)
    names = tuple(f"category-{target}/{number}.jpg" for number, target in enumerate(targets))
    return Seen(names, features, logits)


@pytest.fixture
def sets() -> dict[str, Seen]:
    random = np.random.default_rng(5)
    return {TRAIN: made(random, 0, 300), VAL: made(random, 0, 400)} | {
        kind: made(random, 4, 60) for kind in OTHERS
    }


def network() -> Any:
    weights = SimpleNamespace(temperature=1.0, sha256="0" * 64)
    return SimpleNamespace(variant=find_variant("resnet18"), weights=weights)


def half(found: Seen, number: int) -> Seen:
    return found.where(lambda name: digest(name) % 2 == number)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda each: each.title)
def test_thresholds_are_fitted_on_one_half_and_rates_measured_on_the_other(
    detector: Any, sets: dict[str, Seen]
) -> None:
    measured = Measurement(network(), sets)
    assert measured.rate(detector, VAL, 0) == pytest.approx(100 * FALSE_ALARMS, abs=0.6)
    alone = Measurement(network(), sets | {VAL: half(sets[VAL], 0)})
    assert alone.threshold(detector) == measured.threshold(detector)
    rates = measured.record(detector).rates[detector.title]
    assert rates[OTHERS[0]] == measured.rate(detector, OTHERS[0], 1)


def test_features_are_whitened_within_their_categories(sets: dict[str, Seen]) -> None:
    train = sets[TRAIN]
    statistics = statistics_of(train)
    targets = np.arange(len(train.names)) % CLASSES
    within = train.features @ statistics.whitening - statistics.means[targets]
    np.testing.assert_allclose(within.T @ within / len(within), np.eye(CHANNELS), atol=0.03)
    assert len(statistics.neighbours) == CLASSES * 10


def test_a_written_record_is_read_again_with_what_its_detector_needs(
    sets: dict[str, Seen], tmp_path: Path
) -> None:
    measured = Measurement(network(), sets)
    cosine = next(each for each in DETECTORS if each.scores == (Score.COSINE,))
    record = write(measured, cosine, tmp_path)
    again, statistics = read(tmp_path / "resnet18.safetensors")
    assert again == record
    np.testing.assert_allclose(statistics.neighbours, measured.statistics.neighbours, rtol=1e-6)
    assert statistics.whitening.size == 0


def test_other_photos_are_made_like_the_validation_photos() -> None:
    small = like_validation(Image.new("RGB", (600, 300), "red"))
    assert (small.size, small.mode) == ((288, 144), "RGB")
    assert like_validation(Image.new("RGB", (100, 90))).size == (100, 90)


def test_a_choice_of_photos_depends_on_their_names_alone() -> None:
    names = [f"test/{kind}/{number}.jpg" for kind in ("pear", "plum") for number in range(50)]
    chosen = some_of_each(names)
    assert chosen == some_of_each(reversed(names))
    assert len(chosen) == 2 * novelty_features.PER_CATEGORY


def test_what_a_network_sees_is_what_its_modules_compute_and_is_kept(tmp_path: Path) -> None:
    import torch

    from explorer.photos.geometry import to_tensor

    builtin18 = load("resnet18")
    name, picture = next(generated())
    found = see(builtin18, [(name, lambda: picture)])
    x = to_tensor(picture, builtin18.weights.preprocessing)
    with torch.no_grad():
        np.testing.assert_allclose(found.logits, builtin18.module(x).numpy(), atol=1e-4)
        pooled = torch.nn.functional.linear(
            torch.tensor(found.features), builtin18.module.fc.weight, builtin18.module.fc.bias
        )
    np.testing.assert_allclose(found.logits, pooled.numpy(), atol=1e-4)
    file = tmp_path / "caltech66" / "val" / f"{name}.jpg"
    file.parent.mkdir(parents=True)
    picture.save(file)
    first = seen(builtin18, VAL, tmp_path, tmp_path)
    Image.new("RGB", picture.size).save(file)
    assert first.names == (f"{name}.jpg",)
    np.testing.assert_array_equal(seen(builtin18, VAL, tmp_path, tmp_path).logits, first.logits)


@pytest.mark.parametrize("name", DEPTHS)
def test_the_card_of_each_depth_tells_what_was_recorded(name: str) -> None:
    path = builtin.path_of(find_variant(name))
    record, _ = read(FOLDER / f"{name}.safetensors")
    assert path.with_suffix(".md").read_text(encoding="utf-8") == (
        read_card(path).markdown + part(record)
    )
