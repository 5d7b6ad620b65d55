"""Hide a region of the network's input, or all but the region, and ask the network again.

Importing this module costs nothing: torch is imported when a photo is poked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.explain.analysis import Analysis, Prediction
    from explorer.photos.geometry import Frame, Preprocessing

BLUR = 1 / 16  # of the input's side: the standard deviation of the blur
START = 0.4  # of the input's side: the side of the region to start with


class HiddenPart(StrEnum):
    """What is hidden: the region, or the rest."""

    REGION = "region"
    REST = "rest"


class Fill(StrEnum):
    """What takes the place of what is hidden."""

    MEAN = "mean"
    BLUR = "blur"
    BLACK = "black"


@dataclass(frozen=True)
class PhotoBox:
    """A rectangle on a photo, in parts of its height and width, 0..1.

    Attributes:
        top: its upper edge.
        left: its left edge.
        bottom: its lower edge.
        right: its right edge.
    """

    top: float
    left: float
    bottom: float
    right: float


@dataclass(frozen=True)
class InputRegion:
    """A rectangle on the network's input, in whole pixels.

    Attributes:
        top: its first row.
        left: its first column.
        bottom: the row behind its last one.
        right: the column behind its last one.
        size: rows, and columns, of the input.
    """

    top: int
    left: int
    bottom: int
    right: int
    size: int

    @classmethod
    def under(cls, box: PhotoBox, frame: Frame) -> Self | None:
        """Return the part of a box that the network sees; None if it is less than a pixel."""
        height, width = frame.photo_height, frame.photo_width
        start = frame.to_input(box.top * height, box.left * width)
        end = frame.to_input(box.bottom * height, box.right * width)
        top, left, bottom, right = (
            min(max(round(edge), 0), frame.input_size) for edge in (*start, *end)
        )
        region = cls(top, left, bottom, right, frame.input_size)
        return region if region.top < region.bottom and region.left < region.right else None

    @classmethod
    def around(cls, row: float, column: float, frame: Frame) -> Self:
        """Return the square to start with around a point of the input, as far as it fits in.

        It lies on the photo, not on what the photo was padded with.
        """
        size, side = frame.input_size, round(START * frame.input_size)
        start = frame.to_input(0, 0)
        end = frame.to_input(frame.photo_height, frame.photo_width)
        (top, bottom), (left, right) = (
            _stretch(middle, side, max(math.ceil(low), 0), min(math.floor(high), size))
            for middle, low, high in zip((row, column), start, end, strict=True)
        )
        return cls(top, left, bottom, right, size)

    @property
    def share(self) -> float:
        """The part of the input's area that it takes, 0..1."""
        return (self.bottom - self.top) * (self.right - self.left) / self.size**2

    def on_photo(self, frame: Frame) -> PhotoBox:
        """Return where it lies on the photo."""
        top, left = frame.to_photo(self.top, self.left)
        bottom, right = frame.to_photo(self.bottom, self.right)
        height, width = frame.photo_height, frame.photo_width
        return PhotoBox(top / height, left / width, bottom / height, right / width)

    def mask(self) -> NDArray[np.bool_]:
        """Return True where it lies, shape (S, S)."""
        inside = np.zeros((self.size, self.size), bool)
        inside[self.top : self.bottom, self.left : self.right] = True
        return inside


def _stretch(middle: float, length: int, low: int, high: int) -> tuple[int, int]:
    """Return the ends of a stretch around its middle, moved or cut to lie between low and high."""
    first = max(min(round(middle - length / 2), high - length), low)
    return first, min(first + length, high)


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What the network makes of a photo of which a part is hidden.

    Attributes:
        region: that was asked about.
        fill: what takes the place of what is hidden.
        hides: the region, or everything else.
        picture: what lies over the input, RGBA, uint8, shape (S, S, 4); clear where nothing is
            hidden.
        probabilities: after the softmax, float32, shape (K,).
        predictions: the most probable classes, best first.
    """

    region: InputRegion
    fill: Fill
    hides: HiddenPart
    picture: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    predictions: tuple[Prediction, ...]


def occlude(
    analysis: Analysis,
    region: InputRegion,
    fill: Fill = Fill.MEAN,
    hides: HiddenPart = HiddenPart.REGION,
) -> Occlusion:
    """Hide a part of a photo that was analysed, and run the network once more.

    Args:
        analysis: of the whole photo; only read.
        region: where.
        fill: what takes the place of what is hidden.
        hides: the region, or everything else.
    """
    import torch

    from explorer.explain.analysis import best
    from explorer.explain.forward_pass import forward

    weights = analysis.network.weights
    hidden = region.mask() != (hides is HiddenPart.REST)
    filled = _filled(analysis.forward_pass.x, fill, weights.preprocessing)
    x = torch.where(torch.from_numpy(hidden).to(filled.device), filled, analysis.forward_pass.x)
    logits = analysis.safely(
        lambda forward_pass: (
            forward(forward_pass.network, x.to(forward_pass.x.device), keep_graph=False).logits
        )
    )
    probabilities = (logits / weights.temperature).softmax(0).cpu()
    return Occlusion(
        region,
        fill,
        hides,
        _picture(filled, hidden, weights.preprocessing),
        probabilities.numpy(),
        best(probabilities, weights.labels),
    )


def _filled(x: Tensor, fill: Fill, preprocessing: Preprocessing) -> Tensor:
    """Return an input that is hidden altogether, shape (1, 3, S, S), normalised."""
    import torch
    from torchvision.transforms.functional import gaussian_blur

    if fill is Fill.BLUR:
        sigma = blur_of(x.shape[-1])
        blurred: Tensor = gaussian_blur(x, 2 * math.ceil(3 * sigma) + 1, sigma)
        return blurred
    if fill is Fill.BLACK:
        mean, std = x.new_tensor(preprocessing.mean), x.new_tensor(preprocessing.std)
        return (-mean / std).view(1, 3, 1, 1).expand_as(x)
    return torch.zeros_like(x)


def blur_of(size: int) -> float:
    """Return the standard deviation of the blur of an input of `size` rows, in pixels."""
    return BLUR * size


def _picture(
    filled: Tensor, hidden: NDArray[np.bool_], preprocessing: Preprocessing
) -> NDArray[np.uint8]:
    mean, std = np.array(preprocessing.mean), np.array(preprocessing.std)
    colours = filled[0].cpu().numpy().transpose(1, 2, 0) * std + mean
    opacity = hidden[..., None].astype(float)
    picture: NDArray[np.uint8]
    picture = np.rint(255 * np.concatenate([colours.clip(0, 1), opacity], 2)).astype(np.uint8)
    return picture
