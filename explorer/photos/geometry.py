"""The mapping from a photo to the network's input, and from heatmaps back onto the photo.

Coordinates are (row, column), continuous, measured from the outer edge of the first pixel, whose
centre is at (0.5, 0.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from PIL import Image

from explorer.array_types import Map

if TYPE_CHECKING:
    from torch import Tensor

_MAX_RESIZED_PIXELS = 20_000_000  # beyond this, only what the network sees is resized


class Framing(StrEnum):
    """How a photo becomes the network's square input."""

    CROP = "crop"
    WHOLE = "whole"


@dataclass(frozen=True)
class Preprocessing:
    """How a photo is prepared for a set of weights; resizing is bilinear with antialiasing.

    Attributes:
        crop_size: side of the square input in pixels, S.
        resize_size: short side of the resized photo before the centre crop, in pixels.
        mean: mean subtracted from each colour channel, for colours in 0..1.
        std: standard deviation that each colour channel is divided by, for colours in 0..1.
        squash: whether the whole photo is squashed into the square, instead of cropped.
    """

    crop_size: int
    resize_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    squash: bool = False

    @property
    def in_words(self) -> str:
        """How the photo becomes a square, e.g. "resized to 256, cropped to 224 pixels"."""
        if self.squash:
            return f"squashed to {self.crop_size} x {self.crop_size} pixels"
        return f"resized to {self.resize_size}, cropped to {self.crop_size} pixels"

    @classmethod
    def of(cls, transforms: Any) -> Self:
        """Read torchvision's preset `ImageClassification`, as `weights.transforms()` returns it."""
        (crop_size,), (resize_size,) = transforms.crop_size, transforms.resize_size
        return cls(crop_size, resize_size, tuple(transforms.mean), tuple(transforms.std))


@dataclass(frozen=True)
class Frame:
    """Where the network's square input lies in the photo.

    Attributes:
        photo_height: height of the photo in pixels.
        photo_width: width of the photo in pixels.
        input_size: side of the square input in pixels, S.
        top: upper edge of the input in photo pixels; negative if the photo is padded.
        left: left edge of the input in photo pixels; negative if the photo is padded.
        bottom: lower edge of the input in photo pixels; beyond the last row if it is padded.
        right: right edge of the input in photo pixels; beyond the last column if it is padded.
    """

    photo_height: int
    photo_width: int
    input_size: int
    top: float
    left: float
    bottom: float
    right: float

    def to_photo(self, row: float, column: float) -> tuple[float, float]:
        """Map a point of the input onto the photo."""
        return (
            self.top + row * (self.bottom - self.top) / self.input_size,
            self.left + column * (self.right - self.left) / self.input_size,
        )

    def to_input(self, row: float, column: float) -> tuple[float, float]:
        """Map a point of the photo into the input; outside 0..S for points outside the frame."""
        return (
            (row - self.top) * self.input_size / (self.bottom - self.top),
            (column - self.left) * self.input_size / (self.right - self.left),
        )

    def scaled(self, height: int, width: int) -> Frame:
        """Return the same frame for a resized copy of the photo, in its pixels."""
        rows, columns = height / self.photo_height, width / self.photo_width
        return Frame(
            height,
            width,
            self.input_size,
            self.top * rows,
            self.left * columns,
            self.bottom * rows,
            self.right * columns,
        )


def frame(
    image: Image.Image, preprocessing: Preprocessing, framing: Framing = Framing.CROP
) -> Frame:
    """Find where the network's input lies in a photo, with torchvision's rounding.

    Args:
        image: the photo.
        preprocessing: what the weights expect.
        framing: the centre crop, or the whole photo on a padded square.
    """
    size = preprocessing.crop_size
    height, width = resized_size(image, preprocessing, framing)
    top, left = _offset(height, size), _offset(width, size)
    rows, columns = image.height / height, image.width / width  # photo pixels per resized pixel
    return Frame(
        photo_height=image.height,
        photo_width=image.width,
        input_size=size,
        top=top * rows,
        left=left * columns,
        bottom=(top + size) * rows,
        right=(left + size) * columns,
    )


def to_tensor(
    image: Image.Image, preprocessing: Preprocessing, framing: Framing = Framing.CROP
) -> Tensor:
    """Turn a photo into the network's normalised input.

    The centre crop is torchvision's own preset. The whole photo is resized until its long side fits
    and padded with the mean colour, which is zero after normalisation.

    Returns:
        float32, shape (1, 3, S, S).
    """
    import torch
    from torchvision.transforms import functional

    height, width = resized_size(image, preprocessing, framing)
    size, placed = preprocessing.crop_size, frame(image, preprocessing, framing)
    if height * width > _MAX_RESIZED_PIXELS:
        resized = _resized_inside(image, placed, height, width)
    else:
        resized = image.resize((width, height), Image.Resampling.BILINEAR)
    if framing is Framing.CROP:
        resized = functional.center_crop(resized, [size])
    pixels = functional.convert_image_dtype(functional.pil_to_tensor(resized), torch.float)
    x = functional.normalize(pixels, list(preprocessing.mean), list(preprocessing.std))
    if framing is Framing.WHOLE:
        top, left = -_offset(x.shape[1], size), -_offset(x.shape[2], size)
        below, beside = size - top - x.shape[1], size - left - x.shape[2]
        x = torch.nn.functional.pad(x, (left, beside, top, below))
    batch: Tensor = x[None]
    return batch


def paint_back(heatmap: Map, frame: Frame, smooth: bool = True) -> Map:
    """Map a heatmap onto the photo, each cell to the pixels that the network saw there.

    Smooth maps are interpolated with a raised cosine. Its shares are never negative and sum to 1,
    and the centre of a cell takes that cell alone: so the strongest cell stays the strongest place,
    no value lies beyond those of the cells, and the mean stays what it was.

    Args:
        heatmap: map of the network's input, shape (h, w).
        frame: where the input lies in the photo.
        smooth: whether to interpolate between the centres of the cells; False shows the cells.

    Returns:
        A value for each pixel of the photo, shape (photo_height, photo_width); NaN outside the
        frame.
    """
    rows = _covered(frame.top, frame.bottom, frame.photo_height)
    columns = _covered(frame.left, frame.right, frame.photo_width)
    down = _shares(rows, frame.top, frame.bottom, heatmap.shape[0], smooth)
    across = _shares(columns, frame.left, frame.right, heatmap.shape[1], smooth)
    painted = np.full((frame.photo_height, frame.photo_width), np.nan, np.float32)
    painted[rows.start : rows.stop, columns.start : columns.stop] = down @ heatmap @ across.T
    return painted


def resized_size(
    image: Image.Image, preprocessing: Preprocessing, framing: Framing = Framing.CROP
) -> tuple[int, int]:
    """Return rows and columns of a photo after the resize, before crop or padding."""
    width, height = image.size
    short, long = min(width, height), max(width, height)
    if framing is Framing.CROP and preprocessing.squash:
        return preprocessing.crop_size, preprocessing.crop_size
    if framing is Framing.CROP:
        new_short = preprocessing.resize_size
        new_long = int(new_short * long / short)
    else:
        new_long = preprocessing.crop_size
        new_short = max(1, round(new_long * short / long))
    return (new_short, new_long) if height <= width else (new_long, new_short)


def _offset(resized: int, size: int) -> int:
    """Return the input's first pixel in the resized photo, as torchvision's centre crop does.

    The offset is negative if the photo is smaller than the input and is padded.
    """
    if resized < size:
        return -((size - resized) // 2)
    return round((resized - size) / 2)


def _resized_inside(image: Image.Image, placed: Frame, height: int, width: int) -> Image.Image:
    """Resize only what the network sees of a long photo; the whole could take gigabytes."""
    top, left = max(placed.top, 0.0), max(placed.left, 0.0)
    bottom, right = min(placed.bottom, image.height), min(placed.right, image.width)
    size = (
        round((right - left) * width / image.width),
        round((bottom - top) * height / image.height),
    )
    return image.resize(size, Image.Resampling.BILINEAR, box=(left, top, right, bottom))


def _covered(start: float, end: float, pixels: int) -> range:
    """Return the pixels of one axis whose centres lie in the frame, or else the one around it."""
    first, last = max(0, math.ceil(start - 0.5)), min(pixels, math.ceil(end - 0.5))
    if first >= last:
        first = min(int((start + end) / 2), pixels - 1)
        last = first + 1
    return range(first, last)


def _shares(pixels: range, start: float, end: float, cells: int, smooth: bool) -> Map:
    """Return the share of each cell in each pixel of one axis, shape (pixels, cells).

    The shares of a pixel sum to 1. Smooth shares fall off as a raised cosine from a cell's centre
    to the next or, if a pixel covers several cells, over all of these, so that no peak is lost
    between the pixels of a small photo.
    """
    cells_per_pixel = cells / (end - start)
    centres = (np.arange(pixels.start, pixels.stop) + 0.5 - start) * cells_per_pixel
    shares: Map
    if smooth:
        distances = np.abs(centres[:, None] - (np.arange(cells) + 0.5))
        slopes = 1 + np.cos(np.pi * (distances / max(1.0, cells_per_pixel)).clip(0, 1))
        shares = (slopes / slopes.sum(axis=1, keepdims=True)).astype(np.float32)
    else:
        shares = np.eye(cells, dtype=np.float32)[centres.astype(np.intp).clip(0, cells - 1)]
    return shares


def __getattr__(name: str) -> Preprocessing:
    """Look up `IMAGENET`, the classic ImageNet preprocessing, in torchvision on first use."""
    if name != "IMAGENET":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from torchvision.models import ResNet18_Weights

    return Preprocessing.of(ResNet18_Weights.IMAGENET1K_V1.transforms())
