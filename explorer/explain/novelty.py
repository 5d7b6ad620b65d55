"""Whether a photo is like nothing that a built-in network learned, by a measured detector.

It is computed from the outputs of the forward pass that there is. No detector finds most photos of
other things: what it finds may be none of the categories, and of the rest nothing can be said.
`explorer.training.novelty.records` chooses the detector, sets its threshold and measures it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from explorer.array_types import Map
from explorer.errors import ResultError
from explorer.json_records import from_record
from explorer.paths import ASSETS
from explorer.wording import listed

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis

FOLDER = ASSETS / "explain" / "novelty"
_JUDGED: WeakKeyDictionary[Analysis, bool] = WeakKeyDictionary()
NEIGHBOUR = 5  # whose similarity counts; a single near photo may be an accident


class Score(StrEnum):
    """A measure of strangeness; higher is stranger."""

    PROBABILITY = "largest probability"
    ENERGY = "energy"
    COSINE = "cosine to the fifth nearest training photo"
    MAHALANOBIS = "Mahalanobis distance to the nearest category"


class Rule(StrEnum):
    """How several scores, each on the scale of the validation photos, become one."""

    MEAN = "mean"
    LARGEST = "largest"


@dataclass(frozen=True)
class Detector:
    """A way to find photos of other things.

    Attributes:
        scores: scores that it uses.
        rule: how they become one.
    """

    scores: tuple[Score, ...]
    rule: Rule = Rule.MEAN

    @property
    def title(self) -> str:
        """The name for people."""
        if len(self.scores) == 1:
            return self.scores[0].value
        return f"{self.rule.value} of {listed([score.value for score in self.scores])}"


@dataclass(frozen=True)
class ValidationScale:
    """The values that a score has on validation photos.

    Attributes:
        middle: their median.
        high: their 95th percentile.
    """

    middle: float
    high: float

    def of(self, values: Map) -> Map:
        """Return values with 0 at the median and 1 at the 95th percentile."""
        scaled: Map = (values - self.middle) / (self.high - self.middle)
        return scaled


@dataclass(frozen=True)
class NoveltyRecord:
    """A detector for one network, with all that was measured.

    Attributes:
        variant: name of the variant.
        sha256: SHA-256 of the weights' file, in hexadecimal.
        detector: the detector that the app uses.
        scales: score -> its values on the validation photos of the first half.
        threshold: strangeness above which a photo may be of none of the categories.
        rates: title of a detector -> name of a set -> share of its photos that it finds, in %;
            photos of the second half, on which nothing was fitted or chosen.
        photos: name of a set -> number of photos in the second half.
        train_photos: number of training photos that the statistics come from.
        neighbours: number of these among which the nearest is sought.
        command: command that measures it again.
    """

    variant: str
    sha256: str
    detector: Detector
    scales: Mapping[str, ValidationScale]
    threshold: float
    rates: Mapping[str, Mapping[str, float]]
    photos: Mapping[str, int]
    train_photos: int
    neighbours: int
    command: str


@dataclass(frozen=True, eq=False)
class Statistics:
    """What the training photos look like to a network.

    Attributes:
        neighbours: pooled features of training photos, at unit length, shape (M, C).
        whitening: matrix that gives features unit covariance within a category, shape (C, C).
        means: whitened mean of each category, shape (K, C).
    """

    neighbours: Map
    whitening: Map
    means: Map

    def strangeness(
        self, scores: tuple[Score, ...], features: Map, logits: Map, temperature: float
    ) -> dict[Score, Map]:
        """Compute scores of N photos.

        Args:
            scores: scores to compute.
            features: pooled features of the last block, shape (N, C).
            logits: logits, shape (N, K).
            temperature: divisor of the logits before the softmax.

        Returns:
            Score -> a value for each photo, shape (N,); higher is stranger.
        """
        compute = {
            Score.PROBABILITY: lambda: -_log_probability(logits / temperature),
            Score.ENERGY: lambda: -_log_sum(logits),
            Score.COSINE: lambda: self._far_from_neighbours(features),
            Score.MAHALANOBIS: lambda: self._far_from_categories(features),
        }
        return {score: compute[score]() for score in scores}

    def _far_from_neighbours(self, features: Map) -> Map:
        similarities = unit(features) @ self.neighbours.T
        distances: Map = 1 - np.partition(similarities, -NEIGHBOUR, axis=1)[:, -NEIGHBOUR]
        return distances

    def _far_from_categories(self, features: Map) -> Map:
        whitened = features @ self.whitening
        squares = (
            (whitened**2).sum(1, keepdims=True)
            - 2 * whitened @ self.means.T
            + (self.means**2).sum(1)
        )
        distances: Map = np.sqrt(squares.min(1).clip(0))
        return distances


def combined(
    detector: Detector, scales: Mapping[str, ValidationScale], scores: Mapping[Score, Map]
) -> Map:
    """Return the strangeness of each photo, shape (N,)."""
    scaled = np.stack([scales[score].of(scores[score]) for score in detector.scores])
    strangeness: Map = scaled.mean(0) if detector.rule is Rule.MEAN else scaled.max(0)
    return strangeness


def may_be_none(analysis: Analysis) -> bool:
    """Whether the photo may be of none of the categories; False says nothing about it.

    The detector was measured on centre crops by the built-in networks, and speaks of no others. An
    analysis is judged once: where memory is short, its outputs are computed anew at each look.
    """
    if analysis not in _JUDGED:
        _JUDGED[analysis] = _may_be_none(analysis)
    return _JUDGED[analysis]


def _may_be_none(analysis: Analysis) -> bool:
    network = analysis.network
    path = FOLDER / f"{network.variant.name}.safetensors"
    placed = analysis.frame
    cropped = placed.bottom - placed.top < min(placed.photo_height, placed.photo_width)
    if not cropped or not path.is_file():
        return False
    record, statistics = read(path)
    if record.sha256 != network.weights.sha256:
        return False
    last = analysis.forward_pass.outputs[network.blocks[-1]].detach().float()
    scores = statistics.strangeness(
        record.detector.scores,
        last.mean((2, 3)).cpu().numpy(),
        analysis.forward_pass.logits[None].cpu().numpy(),
        network.weights.temperature,
    )
    return float(combined(record.detector, record.scales, scores)[0]) > record.threshold


@cache
def read(path: Path) -> tuple[NoveltyRecord, Statistics]:
    """Read what `explorer.training.novelty.records` wrote.

    Raises:
        ResultError: if the file is missing or damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            record = from_record(NoveltyRecord, json.loads(file.metadata()["record"]))
            arrays = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
        return record, Statistics(**arrays | {"neighbours": unit(arrays["neighbours"])})
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise ResultError(f"{path.name} cannot be read; install the app again.") from error


def unit(features: Map) -> Map:
    """Scale each row to length 1, shape (N, C)."""
    scaled: Map = features / np.linalg.norm(features, axis=1, keepdims=True).clip(1e-12)
    return scaled


def _log_sum(logits: Map) -> Map:
    highest = logits.max(1)
    total: Map = highest + np.log(np.exp(logits - highest[:, None]).sum(1))
    return total


def _log_probability(logits: Map) -> Map:
    """Return the logarithm of the largest probability."""
    largest: Map = logits.max(1) - _log_sum(logits)
    return largest
