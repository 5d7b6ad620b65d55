"""The explanation that the app opens on, recorded so that it is there before torch is.

`python -m explorer.training.first_explanation` records it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from explorer.array_types import Map
from explorer.errors import ResultError
from explorer.json_records import from_record, to_record
from explorer.paths import ASSETS
from explorer.photos.geometry import Frame
from explorer.photos.samples import FIRST, SAMPLES

PATH = ASSETS / "photos" / "first_explanation.json"
_COMMAND = "python -m explorer.training.first_explanation"


@dataclass(frozen=True)
class RecordedClass:
    """A class among the predictions.

    Attributes:
        label: label of the class.
        probability: its probability, 0..1.
    """

    label: str
    probability: float


@dataclass(frozen=True)
class _Row:
    values: tuple[float, ...]


@dataclass(frozen=True)
class FirstExplanation:
    """What the default network says of the first sample, and why.

    Attributes:
        sample: name of the sample.
        variant: name of the variant.
        sha256: SHA-256 of the weights' file, in hexadecimal.
        block: name of the block whose map it is.
        frame: where the network's input lies in the photo.
        calibration: how far its probabilities can be trusted, in a sentence.
        categories: number of its categories.
        classes: most probable classes, best first.
        rows: rows of the Grad-CAM map of the best class.
    """

    sample: str
    variant: str
    sha256: str
    block: str
    frame: Frame
    calibration: str
    categories: int
    classes: tuple[RecordedClass, ...]
    rows: tuple[_Row, ...]

    @property
    def heatmap(self) -> Map:
        """The map, float32, shape (h, w)."""
        return np.array([row.values for row in self.rows], np.float32)


@cache
def recorded() -> FirstExplanation:
    """Read the record that ships with the app.

    Raises:
        ResultError: if it is missing or damaged.
    """
    try:
        return from_record(FirstExplanation, json.loads(PATH.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ResultError(f"{PATH.name} cannot be read; write it with `{_COMMAND}`.") from error


def measure() -> FirstExplanation:
    """Explain the first sample with the default network."""
    from explorer.explain.analysis import analyze
    from explorer.weights.loading import load

    network = load()
    analysis = analyze(network, SAMPLES[FIRST].open())
    heatmap = analysis.heatmap()
    return FirstExplanation(
        sample=FIRST,
        variant=network.variant.name,
        sha256=network.weights.sha256 or "",
        block=network.blocks[-1],
        frame=analysis.frame,
        calibration=network.weights.calibration,
        categories=len(network.labels),
        classes=tuple(RecordedClass(p.label, p.probability) for p in analysis.predictions),
        rows=tuple(_Row(tuple(row)) for row in heatmap.tolist()),
    )


def main(path: Path) -> None:
    """Record the explanation."""
    path.write_text(json.dumps(to_record(measure()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(PATH)
