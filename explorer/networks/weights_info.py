"""Facts about a network's weights: their source, preprocessing, labels and calibration.

`explorer.weights.loading` loads the weights. Importing this module is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.networks.class_outputs import Outputs, class_scores
from explorer.networks.weight_sources import WeightSource

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.networks.heads import Head
    from explorer.photos.geometry import Preprocessing

SIZE_ASSUMED, COLOURS_ASSUMED = "size", "mean and deviation"
WIDTHS = {16: "quarter width", 32: "half width"}


@dataclass(frozen=True)
class Weights:
    """Where a network's weights come from, how to prepare its input and interpret its outputs.

    Attributes:
        name: name by which they were requested: "builtin", "imagenet-new", "random:0", the name of
            a file, or "taught".
        source: the weights source.
        title: name for people, e.g. "Built-in (66 categories)".
        labels: class labels, K of them.
        preprocessing: how a photo becomes the input that these weights were trained for.
        recipe: training recipe, as a link or a sentence.
        top1: top-1 accuracy in % on the validation photos of their own data set; None if unknown.
        width: number of channels of the stem; 64 in the published networks.
        assumed_labels: whether ImageNet's labels are assumed because there are 1000 classes.
        sha256: SHA-256 of the file in hexadecimal, or of the weights of a taught network, which has
            no file yet; None for untrained weights.
        temperature: divisor of the logits before the softmax.
        calibration_error: expected calibration error after the temperature, in percentage points;
            None if nobody measured it.
        outputs: how the outputs become probabilities.
        head: what follows the last block; None for torchvision's pooling and one linear layer.
        part: which of several networks in the file these weights are; "" if there is only one.
        other_parts: names of the file's other networks.
        assumed: what of its preprocessing a checkpoint does not state, so that ImageNet's is taken.
        notes: what else is assumed about a checkpoint, and what was left out, in sentences.
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
    outputs: Outputs = Outputs.SOFTMAX
    head: Head | None = None
    part: str = ""
    other_parts: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know about a checkpoint, in sentences; the notes come last."""
        remarks = []
        if self.assumed:
            what = ", ".join(self.assumed)
            sides = f" ({self.preprocessing.in_words})" if SIZE_ASSUMED in self.assumed else ""
            remarks.append(
                f"The file does not state the {what} of its input: ImageNet's assumed{sides}."
            )
        if self.assumed_labels:
            remarks.append("The file names no classes: ImageNet's labels are assumed.")
        if self.outputs.scale and self.source is WeightSource.CHECKPOINT:
            remarks.append(self.outputs.scale)
        return (*remarks, *self.notes)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Turn logits into the probabilities of the K classes, shape (..., K)."""
        return self.outputs.probabilities(class_scores(logits) / self.temperature)

    @property
    def line(self) -> str:
        """What distinguishes these weights from others, in one line."""
        parts = [self._kind]
        if self.width != 64:
            parts.append(WIDTHS.get(self.width, f"width {self.width} of 64"))
        if self.source is WeightSource.BUILTIN:
            parts.append(f"{len(self.labels)} categories")
        if self.source in (WeightSource.CHECKPOINT, WeightSource.TAUGHT):
            parts.append(f"{len(self.labels)} classes" if self.labels else "no classes")
        if self.part:
            parts.append(f"{self.part} of {1 + len(self.other_parts)} networks in the file")
        if self.assumed_labels:
            parts.append("labels assumed")
        if self.top1 is not None:
            parts.append(f"top-1 {self.top1:.1f} %")
        return ", ".join(parts)

    @property
    def calibration(self) -> str:
        """How the probabilities of these weights are to be taken, in one or two sentences."""
        return f"{self.outputs.scale} {self._trust}".strip()

    @property
    def _trust(self) -> str:
        if self.source is WeightSource.UNTRAINED:
            return "The weights are random: this probability means nothing."
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
