"""What a reader says about a checkpoint that its file does not say, or says wrongly.

Importing this module is cheap.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.errors import WeightsError
from explorer.networks.class_outputs import Outputs
from explorer.networks.weights_info import COLOURS_ASSUMED, SIZE_ASSUMED, Weights

if TYPE_CHECKING:
    from explorer.photos.geometry import Preprocessing

SMALLEST_INPUT, LARGEST_INPUT = 32, 2048  # pixels per side; more would exhaust the memory
CHANNELS = 3


@dataclass(frozen=True)
class CheckpointOptions:
    """How to read a checkpoint; None leaves it to the file, or else to what is usual.

    Attributes:
        labels: path of a file with class labels, or the labels themselves.
        size: side of the square input in pixels.
        resize: short side of the resized photo before the crop in pixels; None keeps its ratio to
            the size.
        mean: mean subtracted from each colour channel, for colours in 0..1; one or three numbers.
        std: standard deviation that each colour channel is divided by; one or three numbers.
        squash: whether the whole photo is squashed into the square, instead of cropped.
        outputs: whether a photo has one class (softmax), or each class is independent (sigmoid).
        part: which of several networks in the file to take.
    """

    labels: str | os.PathLike[str] | Sequence[str] | None = None
    size: int | None = None
    resize: int | None = None
    mean: Sequence[float] | None = None
    std: Sequence[float] | None = None
    squash: bool | None = None
    outputs: Outputs | str | None = None
    part: str | None = None

    def applied_to(self, weights: Weights) -> Weights:
        """Return weights that are read as these options say.

        Args:
            weights: weights of a checkpoint, read as its file says.

        Raises:
            WeightsError: if an option does not fit the weights, or is no usable value.
        """
        settled = {SIZE_ASSUMED: self.size, COLOURS_ASSUMED: self.mean or self.std}
        labels = weights.labels
        if self.labels is not None:
            labels = self._labels(weights)
        return replace(
            weights,
            labels=labels,
            assumed_labels=weights.assumed_labels and self.labels is None,
            preprocessing=self._preprocessing(weights.preprocessing),
            assumed=tuple(name for name in weights.assumed if settled[name] is None),
            outputs=self._outputs(weights),
        )

    def _labels(self, weights: Weights) -> tuple[str, ...]:
        if not weights.labels:
            raise WeightsError(
                f"{weights.name} gives features, not classes, so labels do not fit it. Leave them "
                "out."
            )
        names = _read(self.labels, len(weights.labels), weights.outputs is Outputs.YES_OR_NO)
        return no_and_yes(names) if weights.outputs is Outputs.YES_OR_NO else names

    def _preprocessing(self, given: Preprocessing) -> Preprocessing:
        size = given.crop_size if self.size is None else _side("size", self.size)
        resize = given.resize_size
        if self.resize is not None:
            resize = _side("resize", self.resize)
        elif self.size is not None:
            resize = round(size * given.resize_size / given.crop_size)
        return replace(
            given,
            crop_size=size,
            resize_size=resize,
            mean=given.mean if self.mean is None else _per_channel("mean", self.mean),
            std=given.std if self.std is None else _per_channel("std", self.std),
            squash=given.squash if self.squash is None else self.squash,
        )

    def _outputs(self, weights: Weights) -> Outputs:
        if self.outputs is None:
            return weights.outputs
        offered = (Outputs.SOFTMAX, Outputs.SIGMOID)
        if self.outputs not in offered:
            raise WeightsError(f"There are no outputs {self.outputs!r}. Give softmax or sigmoid.")
        if weights.outputs is Outputs.FEATURES:
            raise WeightsError(f"{weights.name} gives features, not classes. Leave outputs out.")
        if weights.outputs is not Outputs.YES_OR_NO:
            return Outputs(self.outputs)
        if self.outputs == Outputs.SOFTMAX:
            raise WeightsError(
                f"{weights.name} has one output, of which a softmax is always 1. Give sigmoid."
            )
        return weights.outputs


def no_and_yes(names: Sequence[str]) -> tuple[str, ...]:
    """Return the two classes of a single output: from both names, or from that of "yes" alone."""
    return tuple(names) if len(names) == 2 else (f"not {names[0]}", names[0])


def _read(
    given: str | os.PathLike[str] | Sequence[str] | None, count: int, one_will_do: bool
) -> tuple[str, ...]:
    """Return class labels; `one_will_do` if there are two classes, and "yes" may be named alone."""
    from explorer.weights.class_labels import open_labels

    if isinstance(given, str | os.PathLike):
        file = open_labels(given)
        return file.for_classes(1 if one_will_do and len(file.labels) == 1 else count)
    names = tuple(str(name).strip() for name in given or ())
    if not all(names) or len(names) not in {count, 1 if one_will_do else count}:
        raise WeightsError(
            f"{len(names):,} labels are given, the network has {count:,} classes. "
            "Give one label per class."
        )
    return names


def _side(name: str, pixels: int) -> int:
    if not SMALLEST_INPUT <= pixels <= LARGEST_INPUT:
        raise WeightsError(
            f"{name} is {pixels}; give a number of pixels from {SMALLEST_INPUT} to {LARGEST_INPUT}."
        )
    return int(pixels)


def _per_channel(name: str, numbers: Sequence[float]) -> tuple[float, ...]:
    """Return a number for each colour channel; one number counts for all of them."""
    values = tuple(map(float, numbers))
    smallest, largest = (-1, 1) if name == "mean" else (0, 2)
    usable = all(smallest <= value <= largest for value in values) and (
        name == "mean" or all(values)
    )
    if len(values) not in (1, CHANNELS) or not usable:
        raise WeightsError(
            f"{name} is {', '.join(map(str, numbers)) or 'empty'}; give one number, or three for "
            "red, green and blue, for colours from 0 to 1."
        )
    return values * CHANNELS if len(values) == 1 else values
