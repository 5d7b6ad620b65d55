"""Hide a region of the network's input, or everything else, and run the network again.

Importing this module is cheap: torch is imported by the first call that needs it.
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

Mask = NDArray[np.bool_]
BLUR = 1 / 16  # standard deviation of the blur, as a share of the input's side
START = 0.4  # side of the initial region, as a share of the input's side


class HiddenPart(StrEnum):
    """Which part is hidden: the region, or everything else."""

    REGION = "region"
    REST = "rest"


class Fill(StrEnum):
    """What the hidden part is filled with."""

    MEAN = "mean"
    BLUR = "blur"
    BLACK = "black"


@dataclass(frozen=True)
class PhotoBox:
    """A rectangle on a photo, in fractions of the photo's height and width.

    Attributes:
        top: upper edge, 0..1 of the height.
        left: left edge, 0..1 of the width.
        bottom: lower edge, 0..1 of the height.
        right: right edge, 0..1 of the width.
    """

    top: float
    left: float
    bottom: float
    right: float


@dataclass(frozen=True)
class InputRegion:
    """A rectangle on the network's input, in whole pixels.

    Attributes:
        top: the first row of the rectangle.
        left: the first column of the rectangle.
        bottom: the row after the last one of the rectangle.
        right: the column after the last one of the rectangle.
        size: rows and columns of the input, in pixels.
    """

    top: int
    left: int
    bottom: int
    right: int
    size: int

    @classmethod
    def under(cls, box: PhotoBox, frame: Frame) -> Self | None:
        """Return the part of a box that the network sees; None if it is smaller than a pixel."""
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
        """Return the initial square around a point of the input, moved or cut to fit.

        It lies on the photo, not on the padding.
        """
        size, side = frame.input_size, round(START * frame.input_size)
        start = frame.to_input(0, 0)
        end = frame.to_input(frame.photo_height, frame.photo_width)
        (top, bottom), (left, right) = (
            _fitted_interval(middle, side, max(math.ceil(low), 0), min(math.floor(high), size))
            for middle, low, high in zip((row, column), start, end, strict=True)
        )
        return cls(top, left, bottom, right, size)

    @property
    def share(self) -> float:
        """The region's share of the input's area, 0..1."""
        return (self.bottom - self.top) * (self.right - self.left) / self.size**2

    def on_photo(self, frame: Frame) -> PhotoBox:
        """Return the region as a box on the photo."""
        top, left = frame.to_photo(self.top, self.left)
        bottom, right = frame.to_photo(self.bottom, self.right)
        height, width = frame.photo_height, frame.photo_width
        return PhotoBox(top / height, left / width, bottom / height, right / width)

    @property
    def inside(self) -> Mask:
        """Which pixels lie in the region, shape (S, S)."""
        inside = np.zeros((self.size, self.size), bool)
        inside[self.top : self.bottom, self.left : self.right] = True
        return inside


def _fitted_interval(middle: float, length: int, low: int, high: int) -> tuple[int, int]:
    """Return an interval around `middle`, moved or cut to lie between `low` and `high`."""
    first = max(min(round(middle - length / 2), high - length), low)
    return first, min(first + length, high)


@dataclass(frozen=True, eq=False)
class MaskRegion:
    """A region of any shape on the network's input.

    Attributes:
        inside: which pixels lie in the region, shape (S, S).
    """

    inside: Mask

    @property
    def size(self) -> int:
        """Rows and columns of the input, in pixels."""
        return len(self.inside)

    @property
    def share(self) -> float:
        """The region's share of the input's area, 0..1."""
        return float(self.inside.mean())


@dataclass(frozen=True, eq=False)
class Occlusion:
    """The predictions of a network for a photo with a hidden part.

    Attributes:
        region: the region of the input that is hidden, or that alone is left.
        fill: what the hidden part is filled with.
        hides: whether the region or everything else is hidden.
        picture: the fill to lay over the input, RGBA, uint8, shape (S, S, 4); transparent where
            nothing is hidden.
        probabilities: the probabilities of the classes, float32, shape (K,).
        predictions: the most probable classes, best first.
    """

    region: InputRegion | MaskRegion
    fill: Fill
    hides: HiddenPart
    picture: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    predictions: tuple[Prediction, ...]

    @property
    def words(self) -> str:
        """What is hidden and how it is filled, in a sentence."""
        share = f"{100 * self.region.share:.0f} %"
        if self.hides is HiddenPart.REGION:
            return f"Hidden: {share} of what the network sees, {self._fill_in_words}."
        return f"Shown: {share} of what the network sees; the rest is {self._fill_in_words}."

    @property
    def _fill_in_words(self) -> str:
        size = self.region.size
        return {
            Fill.MEAN: "filled with the mean colour of the training photos",
            Fill.BLUR: f"blurred, standard deviation {BLUR * size:.0f} of {size} pixels",
            Fill.BLACK: "painted black",
        }[self.fill]


def occlude(
    analysis: Analysis,
    region: InputRegion | MaskRegion,
    fill: Fill = Fill.MEAN,
    hides: HiddenPart = HiddenPart.REGION,
) -> Occlusion:
    """Hide a part of an analysed photo and run the network again.

    Args:
        analysis: the analysis of the whole photo; only read.
        region: the region of the input to hide, or to leave alone.
        fill: what the hidden part is filled with.
        hides: whether the region or everything else is hidden.
    """
    import torch

    from explorer.explain.analysis import best
    from explorer.explain.forward_pass import forward

    weights = analysis.network.weights
    hidden = region.inside != (hides is HiddenPart.REST)
    filled = filled_input(analysis.forward_pass.x, fill, weights.preprocessing)
    x = torch.where(torch.from_numpy(hidden).to(filled.device), filled, analysis.forward_pass.x)
    logits = analysis.safely(
        lambda forward_pass: (
            forward(forward_pass.network, x.to(forward_pass.x.device), keep_graph=False).logits
        )
    )
    probabilities = weights.probabilities(logits).cpu()
    return Occlusion(
        region,
        fill,
        hides,
        _fill_picture(filled, hidden, weights.preprocessing),
        probabilities.numpy(),
        best(probabilities, weights.labels),
    )


def filled_input(x: Tensor, fill: Fill, preprocessing: Preprocessing) -> Tensor:
    """Return a completely hidden input, normalised, shape (1, 3, S, S)."""
    import torch
    from torchvision.transforms.functional import gaussian_blur

    if fill is Fill.BLUR:
        sigma = BLUR * x.shape[-1]
        blurred: Tensor = gaussian_blur(x, 2 * math.ceil(3 * sigma) + 1, sigma)
        return blurred
    if fill is Fill.BLACK:
        mean, std = x.new_tensor(preprocessing.mean), x.new_tensor(preprocessing.std)
        return (-mean / std).view(1, 3, 1, 1).expand_as(x)
    return torch.zeros_like(x)


def _fill_picture(filled: Tensor, hidden: Mask, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    mean, std = np.array(preprocessing.mean), np.array(preprocessing.std)
    colours = filled[0].cpu().numpy().transpose(1, 2, 0) * std + mean
    opacity = hidden[..., None].astype(float)
    picture: NDArray[np.uint8]
    picture = np.rint(255 * np.concatenate([colours.clip(0, 1), opacity], 2)).astype(np.uint8)
    return picture
