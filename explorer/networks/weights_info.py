"""Facts about a network's weights: their source, preprocessing, labels and calibration.

`explorer.weights.loading` loads the weights. Importing this module is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.networks.weight_sources import WeightSource

if TYPE_CHECKING:
    from explorer.photos.geometry import Preprocessing

WIDTHS = {16: "quarter width", 32: "half width"}


@dataclass(frozen=True)
class Weights:
    """Where a network's weights come from, how to prepare its input and interpret its outputs.

    Attributes:
        name: name by which they were requested: "builtin", "imagenet-new", "random:0", or the name
            of a file.
        source: the weights source.
        title: name for people, e.g. "Built-in (66 categories)".
        labels: class labels, K of them.
        preprocessing: how a photo becomes the input that these weights were trained for.
        recipe: training recipe, as a link or a sentence.
        top1: top-1 accuracy in % on the validation photos of their own data set; None if unknown.
        width: number of channels of the stem; 64 in the published networks.
        assumed_labels: whether ImageNet's labels are assumed because there are 1000 classes.
        sha256: SHA-256 of the file in hexadecimal; None for untrained weights.
        temperature: divisor of the logits before the softmax.
        calibration_error: expected calibration error after the temperature, in percentage points;
            None if nobody measured it.
    """

    name: str
    source: WeightSource
    title: str
    labels: tuple[str, ...]
    preprocessing: Preprocessing
    recipe: str
    top1: float | None = None
    width: int = 64
    assumed_labels: bool = False
    sha256: str | None = None
    temperature: float = 1.0
    calibration_error: float | None = None

    @property
    def line(self) -> str:
        """What distinguishes these weights from others, in one line."""
        parts = [self._kind]
        if self.width != 64:
            parts.append(WIDTHS.get(self.width, f"width {self.width} of 64"))
        if self.source is WeightSource.BUILTIN:
            parts.append(f"{len(self.labels)} categories")
        if self.source is WeightSource.CHECKPOINT:
            parts.append(f"{len(self.labels)} classes")
        if self.assumed_labels:
            parts.append("labels assumed")
        if self.top1 is not None:
            parts.append(f"top-1 {self.top1:.1f} %")
        return ", ".join(parts)

    @property
    def calibration(self) -> str:
        """How far a probability of these weights can be trusted, in a sentence."""
        if self.source is WeightSource.UNTRAINED:
            return "An untrained network: this probability means nothing."
        if self.calibration_error is not None:
            return (
                "Calibrated: on validation photos the probabilities are off by "
                f"{self.calibration_error:.1f} points on average."
            )
        return "Nobody measured whether this probability is calibrated: take it as a score."

    @property
    def _kind(self) -> str:
        if self.source is WeightSource.BUILTIN:
            return "built-in"
        return self.title if self.source.downloads else self.title[0].lower() + self.title[1:]
