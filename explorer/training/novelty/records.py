"""Choose and measure the detector of photos that are like nothing a built-in network learned.

`python -m explorer.training.novelty.records DATA KEPT` measures it again for all five depths. DATA
holds the folders of `explorer.training.novelty.features.FOLDERS`; what the networks see is kept in
KEPT, so that a second call takes seconds.

Photos are split in halves by a digest of their names. On the first half of the validation photos
the scales and the thresholds are fitted, on the first half of the other sets one detector is chosen
for all depths; the rates are those of the second halves.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.explain.novelty import (
    FOLDER,
    Detector,
    NoveltyRecord,
    Rule,
    Score,
    Statistics,
    ValidationScale,
    combined,
    unit,
)
from explorer.json_records import to_record
from explorer.training.novelty.features import FOLDERS, GENERATED, TRAIN, VAL, Seen, digest, seen

if TYPE_CHECKING:
    from explorer.networks.network import Network

FALSE_ALARMS = 0.05  # share of the validation photos of the first half
NEIGHBOURS = 10  # training photos of each category that are kept
SHRINKAGE = 0.01  # share of the mean variance in the covariance, which has few photos
OTHERS = tuple(kind for kind in (*FOLDERS, GENERATED) if kind not in (TRAIN, VAL))
DEPTHS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
_PAIRS = (
    (Score.PROBABILITY, Score.COSINE),
    (Score.PROBABILITY, Score.MAHALANOBIS),
    (Score.PROBABILITY, Score.COSINE, Score.MAHALANOBIS),
)
DETECTORS = (
    *(Detector((score,)) for score in Score),
    *(Detector(scores, rule) for scores in _PAIRS for rule in Rule),
)
COMMAND = "python -m explorer.training.novelty.records DATA KEPT"


class Measurement:
    """All detectors on all sets, for one network.

    Args:
        network: a built-in network.
        sets: name of a set -> what the network sees in its photos.
    """

    def __init__(self, network: Network, sets: Mapping[str, Seen]) -> None:
        self.network, self.train_photos = network, len(sets[TRAIN].names)
        self.statistics = statistics_of(sets[TRAIN])
        self._all_neighbours = unit(sets[TRAIN].features)
        self.sets = {kind: found for kind, found in sets.items() if kind != TRAIN}
        self._scores = {kind: self._strangeness(found) for kind, found in self.sets.items()}
        fitted = self._half(VAL, 0)
        self.scales = {
            score.value: ValidationScale(
                float(np.median(values)), float(np.quantile(values, 1 - FALSE_ALARMS))
            )
            for score, values in fitted.items()
        }

    def _strangeness(self, found: Seen) -> dict[Score, Map]:
        return self.statistics.strangeness(
            tuple(Score), found.features, found.logits, self.network.weights.temperature
        )

    def _half(self, kind: str, half: int) -> dict[Score, Map]:
        """Return the scores of the first or the second half of a set."""
        chosen = np.array([digest(name) % 2 == half for name in self.sets[kind].names])
        return {score: values[chosen] for score, values in self._scores[kind].items()}

    def threshold(self, detector: Detector) -> float:
        """Return the strangeness that few validation photos of the first half exceed."""
        values = combined(detector, self.scales, self._half(VAL, 0))
        return float(np.quantile(values, 1 - FALSE_ALARMS))

    def rate(self, detector: Detector, kind: str, half: int) -> float:
        """Return the share of a half of a set that a detector finds, in %."""
        values = combined(detector, self.scales, self._half(kind, half))
        return _percent(values > self.threshold(detector))

    def _rates_of_all_neighbours(self) -> dict[str, float]:
        """Return the rates that the cosine would have if the app carried all training photos."""
        statistics = replace(self.statistics, neighbours=self._all_neighbours)

        def far(kind: str, half: int) -> Map:
            found = self.sets[kind].where(lambda name: digest(name) % 2 == half)
            temperature = self.network.weights.temperature
            scores = (Score.COSINE,)
            return statistics.strangeness(scores, found.features, found.logits, temperature)[
                Score.COSINE
            ]

        threshold = np.quantile(far(VAL, 0), 1 - FALSE_ALARMS)
        return {kind: _percent(far(kind, 1) > threshold) for kind in self.sets}

    def chosen_by(self, detector: Detector) -> float:
        """Return what the choice goes by: the mean rate over the other sets, first halves."""
        return float(np.mean([self.rate(detector, kind, 0) for kind in OTHERS]))

    def record(self, detector: Detector) -> NoveltyRecord:
        """Return the record of the chosen detector, with the rates of all."""
        return NoveltyRecord(
            variant=self.network.variant.name,
            sha256=self.network.weights.sha256 or "",
            detector=detector,
            scales={score: self.scales[score] for score in detector.scores},
            threshold=self.threshold(detector),
            rates={
                each.title: {kind: self.rate(each, kind, 1) for kind in self.sets}
                for each in DETECTORS
            }
            | {f"{Score.COSINE}, of all {self.train_photos:,}": self._rates_of_all_neighbours()},
            photos={
                kind: sum(digest(name) % 2 == 1 for name in found.names)
                for kind, found in self.sets.items()
            },
            train_photos=self.train_photos,
            neighbours=len(self.statistics.neighbours),
            command=COMMAND,
        )


def statistics_of(train: Seen) -> Statistics:
    """Describe the training photos, rounded as they are kept in the file."""
    categories = [name.partition("/")[0] for name in train.names]
    labels = sorted(set(categories))
    targets = np.array([labels.index(category) for category in categories])
    means = np.stack([train.features[targets == k].mean(0) for k in range(len(labels))])
    within = train.features - means[targets]
    covariance = within.T @ within / len(within)
    channels = len(covariance)
    mean_variance = np.trace(covariance) / channels
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * mean_variance * np.eye(channels)
    values, vectors = np.linalg.eigh(covariance)
    whitening = _rounded(vectors / np.sqrt(values))
    kept = [
        at
        for k in range(len(labels))
        for at in sorted(np.flatnonzero(targets == k), key=lambda at: digest(train.names[at]))[
            :NEIGHBOURS
        ]
    ]
    return Statistics(
        neighbours=unit(_levels(train.features[kept])),
        whitening=whitening,
        means=_rounded(means @ whitening),
    )


def _levels(features: Map) -> Map:
    """Bring each row of pooled features, which are not negative, to whole numbers up to 255."""
    levels: Map = np.rint(255 * features / features.max(1, keepdims=True)).clip(0)
    return levels


def _percent(found: NDArray[np.bool_]) -> float:
    return round(100 * float(found.mean()), 1)


def _rounded(values: Map) -> Map:
    """Round to float16, and return float32."""
    rounded: Map = values.astype(np.float16).astype(np.float32)
    return rounded


def write(measured: Measurement, detector: Detector, folder: Path) -> NoveltyRecord:
    """Write the record, with those statistics that the detector needs."""
    from safetensors.numpy import save

    record, statistics = measured.record(detector), measured.statistics
    arrays: dict[str, NDArray[Any]] = {
        "neighbours": _levels(statistics.neighbours).astype(np.uint8),
        "whitening": statistics.whitening.astype(np.float16),
        "means": statistics.means.astype(np.float16),
    }
    needed = {Score.COSINE: ("neighbours",), Score.MAHALANOBIS: ("whitening", "means")}
    used = {name for score in detector.scores for name in needed.get(score, ())}
    kept = {name: values if name in used else values[:0] for name, values in arrays.items()}
    path = folder / f"{record.variant}.safetensors"
    path.write_bytes(save(kept, metadata={"record": json.dumps(to_record(record))}))
    return record


def main(root: Path, kept: Path, folder: Path = FOLDER) -> None:
    """Measure all detectors for all depths, choose one, and write it with its card."""
    import torch

    from explorer.training.novelty.card import write_card
    from explorer.weights.loading import load

    torch.set_num_threads(1)
    measured = []
    for variant in DEPTHS:
        network = load(variant)
        sets = {kind: seen(network, kind, root, kept) for kind in (*FOLDERS, GENERATED)}
        measured.append(Measurement(network, sets))
        print(variant, file=sys.stderr, flush=True)
    best = max(DETECTORS, key=lambda each: np.mean([one.chosen_by(each) for one in measured]))
    folder.mkdir(parents=True, exist_ok=True)
    for one in measured:
        write_card(write(one, best, folder))
    for each in DETECTORS:
        rates = " ".join(f"{one.chosen_by(each):5.1f}" for one in measured)
        print(f"{rates}  {each.title}{'  <- chosen' if each == best else ''}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
