"""What was recorded about the ways to teach a network, as the app reads it.

`explorer.transfer.records` measures it. Importing this module is cheap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from explorer.errors import ResultError
from explorer.json_records import from_record
from explorer.paths import ASSETS
from explorer.transfer.intervals import Accuracy, Difference, paired_difference
from explorer.transfer.pitfalls.results import Imbalance, Leakage, PitfallRun, Shortcut
from explorer.transfer.taught_record import PhotoCounts
from explorer.transfer.tuning_epoch import TuningEpoch

FOLDER = ASSETS / "transfer"
SHIPPED = "caltech_ship"  # the set that comes with the app
WAYS_FILE, CURVES_FILE, PITFALLS_FILE = "ways.json", "learning_curves.json", "pitfalls.json"
COMMAND = "python -m explorer.transfer.records DATA KEPT"

Record = TypeVar("Record")


class Way(StrEnum):
    """A way to learn new classes."""

    NEAREST_MEAN = "nearest mean"
    PROBE = "probe"
    UNTRAINED = "probe on an untrained network"
    LAST_STAGE = "last stage"
    ALL = "all"
    SCRATCH = "scratch"

    @property
    def trains(self) -> bool:
        """Whether more than a head is fitted."""
        return self in (Way.LAST_STAGE, Way.ALL, Way.SCRATCH)


@dataclass(frozen=True)
class WayResult:
    """One way to learn, for one network and one set of photos.

    Attributes:
        data: name of the set.
        variant: name of the variant, with its built-in weights.
        way: the way to learn.
        classes: number of classes, K.
        photos: number of photos in each part.
        accuracy: share of the photos to check with that are recognised.
        macro: mean of the classes' accuracies, 0..1.
        majority: share that "always the most frequent class" would get, 0..1.
        over_probe: how much more accurate it is than the probe of the same network, on the same
            photos; None for the probe itself.
        seconds: processor time of learning in seconds, without that of the features.
        epochs: epochs of a training; () if there was none.
        predicted: predicted class of each photo to check with, in the order of the split.
        probabilities: probability of that class, 0..1.
    """

    data: str
    variant: str
    way: Way
    classes: int
    photos: PhotoCounts
    accuracy: Accuracy
    macro: float
    majority: float
    over_probe: Difference | None
    seconds: float
    epochs: tuple[TuningEpoch, ...]
    predicted: tuple[int, ...]
    probabilities: tuple[float, ...]

    @property
    def best_epoch(self) -> int | None:
        """Number of the epoch that was kept, 0 for the start; None if there was no training."""
        best = [epoch.epoch for epoch in self.epochs if epoch.is_best]
        return best[-1] if best else None


@dataclass(frozen=True)
class RecordedPoint:
    """Accuracy after learning from a number of photos of each class.

    Attributes:
        per_class: number of photos of each class.
        accuracies: accuracy of each draw on the photos to check with, 0..1.
    """

    per_class: int
    accuracies: tuple[float, ...]


@dataclass(frozen=True)
class RecordedCurve:
    """A learning curve.

    Attributes:
        data: name of the set.
        variant: name of the variant.
        way: the way to learn.
        epochs: number of epochs of each training; 0 if there was none.
        points: points of the curve, the smallest number of photos first.
    """

    data: str
    variant: str
    way: Way
    epochs: int
    points: tuple[RecordedPoint, ...]


@dataclass(frozen=True)
class RecordedWays:
    """All ways to learn, on all sets.

    Attributes:
        command: command that measures them again.
        date: day, as ISO 8601.
        rows: the results.
    """

    command: str
    date: str
    rows: tuple[WayResult, ...]

    def find(self, data: str, variant: str, way: Way) -> WayResult | None:
        """Return a result; None if it was not recorded."""
        wanted = (data, variant, way)
        return next((row for row in self.rows if (row.data, row.variant, row.way) == wanted), None)


@dataclass(frozen=True)
class RecordedCurves:
    """All learning curves.

    Attributes:
        command: command that measures them again.
        date: day, as ISO 8601.
        rows: the curves.
    """

    command: str
    date: str
    rows: tuple[RecordedCurve, ...]


@dataclass(frozen=True)
class RecordedPitfalls:
    """All pitfalls.

    Attributes:
        command: command that measures them again.
        date: day, as ISO 8601.
        leakage: near copies on both sides of the split, on the shipped set.
        shortcut: a patch in the corner of one class, on the shipped set.
        imbalance: many photos of some classes, few of the others; None if not recorded.
        rows: the pitfalls of trainings.
    """

    command: str
    date: str
    leakage: Leakage
    shortcut: Shortcut
    imbalance: Imbalance | None
    rows: tuple[PitfallRun, ...]


@cache
def ways() -> RecordedWays:
    """Read the results that ship with the app.

    Raises:
        ResultError: if they are missing or damaged.
    """
    return read(RecordedWays, FOLDER / WAYS_FILE)


@cache
def curves() -> RecordedCurves:
    """Read the learning curves that ship with the app; raises as `ways`."""
    return read(RecordedCurves, FOLDER / CURVES_FILE)


@cache
def pitfalls() -> RecordedPitfalls:
    """Read the pitfalls that ship with the app; raises as `ways`."""
    return read(RecordedPitfalls, FOLDER / PITFALLS_FILE)


def compared(first: WayResult, second: WayResult) -> Difference:
    """Return how much more accurate one result on the shipped set is than another, photo by photo.

    Raises:
        ValueError: if one of them is of other photos.
    """
    if {first.data, second.data} != {SHIPPED}:
        raise ValueError("Only results on the shipped set can be compared photo by photo.")
    folders = sorted(path for path in (FOLDER / SHIPPED / "test").iterdir() if path.is_dir())
    true = np.repeat(np.arange(len(folders)), [len(list(each.glob("*.jpg"))) for each in folders])
    return paired_difference(np.equal(first.predicted, true), np.equal(second.predicted, true))


def read(kind: type[Record], path: Path) -> Record:
    """Read a file that `explorer.transfer.records` wrote.

    Raises:
        ResultError: if it is missing or damaged.
    """
    try:
        return from_record(kind, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ResultError(f"{path.name} cannot be read; write it with `{COMMAND}`.") from error
