"""Tests of explorer/explain/novelty.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer import analyze, load
from explorer.errors import ResultError
from explorer.explain import novelty
from explorer.explain.novelty import (
    FOLDER,
    Detector,
    Rule,
    Score,
    Statistics,
    ValidationScale,
    combined,
    may_be_none,
    read,
    unit,
)
from explorer.networks.variants import find_variant
from explorer.photos.geometry import Framing
from explorer.photos.samples import SAMPLES
from explorer.weights import builtin
from explorer.weights.download import sha256

DEPTHS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


def test_scores_are_what_their_names_say(random: np.random.Generator) -> None:
    train, features = random.normal(size=(20, 6)), random.normal(size=(4, 6))
    logits, covariance = random.normal(size=(4, 3)), np.diag(random.uniform(0.5, 2, 6))
    means, whitening = random.normal(size=(3, 6)), np.diag(np.diag(covariance) ** -0.5)
    statistics = Statistics(unit(train), whitening, means @ whitening)
    scores = statistics.strangeness(tuple(Score), features, logits, temperature=0.5)

    distances = [
        min((f - m) @ np.linalg.inv(covariance) @ (f - m) for m in means) ** 0.5 for f in features
    ]
    np.testing.assert_allclose(scores[Score.MAHALANOBIS], distances)
    cosines = torch.nn.functional.cosine_similarity(
        torch.tensor(features)[:, None], torch.tensor(train), dim=2
    )
    fifth = cosines.sort(descending=True).values[:, 4]
    np.testing.assert_allclose(scores[Score.COSINE], 1 - fifth)
    largest = (torch.tensor(logits) / 0.5).log_softmax(1).max(1).values
    np.testing.assert_allclose(scores[Score.PROBABILITY], -largest)
    np.testing.assert_allclose(scores[Score.ENERGY], -torch.tensor(logits).logsumexp(1))


def test_scores_are_combined_on_the_scale_of_the_validation_photos() -> None:
    scales = {Score.PROBABILITY: ValidationScale(1, 3), Score.COSINE: ValidationScale(0, 10)}
    scores = {Score.PROBABILITY: np.array([1.0, 5.0]), Score.COSINE: np.array([5.0, 10.0])}
    parts = (Score.PROBABILITY, Score.COSINE)
    mean = combined(Detector(parts), scales, scores)
    largest = combined(Detector(parts, Rule.LARGEST), scales, scores)
    np.testing.assert_allclose(mean, [0.25, 1.5])
    np.testing.assert_allclose(largest, [0.5, 2.0])


@pytest.mark.parametrize("name", DEPTHS)
def test_each_depth_has_a_small_record_of_its_own_weights(name: str) -> None:
    path = FOLDER / f"{name}.safetensors"
    assert path.stat().st_size < 1e6
    record, _ = read(path)
    assert (record.variant, record.sha256) == (name, sha256(builtin.path_of(find_variant(name))))
    rates = record.rates[record.detector.title]
    assert rates["val"] < 10
    assert all(rates[kind] > 2 * rates["val"] for kind in rates if kind != "val")


@pytest.mark.parametrize("name", DEPTHS)
def test_a_picture_of_nothing_may_be_none_and_most_known_samples_pass(name: str) -> None:
    network = load(name)
    known = [sample for sample in SAMPLES.values() if sample.held_back]
    found = [may_be_none(analyze(network, sample.open())) for sample in known]
    assert sum(found) < len(found) / 3
    stripes = np.where(np.arange(160) // 8 % 2 > 0, 255, 20).astype(np.uint8)
    picture = Image.fromarray(np.broadcast_to(stripes[:, None], (160, 160))).convert("RGB")
    assert may_be_none(analyze(network, picture))


def test_it_speaks_of_nothing_that_it_was_not_measured_on() -> None:
    network = load("resnet18")
    flat = Image.new("RGB", (200, 160), (250, 10, 250))
    assert may_be_none(analyze(network, flat))
    assert not may_be_none(analyze(network, flat, Framing.WHOLE))
    assert not may_be_none(analyze(load("resnet18", "random:0"), flat))
    other = replace(network, weights=replace(network.weights, sha256="0" * 64))
    assert not may_be_none(analyze(other, flat))


def test_a_damaged_record_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "resnet18.safetensors"
    path.write_bytes(b"no record")
    with pytest.raises(ResultError, match="install the app again"):
        novelty.read(path)
