"""Heatmaps as pictures: alone, in their place on the photo, and the colour bar beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.palettes import LEVELS, table
from explorer.photos.geometry import Frame, paint_back

Map = NDArray[np.float32]
BEYOND_PERCENTILE = 99.5  # of a pixel map's strengths; what is stronger has the last colour


@dataclass(frozen=True)
class Scale:
    """The values at the two ends of a colour bar.

    Attributes:
        low: 0, or the negative of `high` for a signed map.
        high: the largest value, or the largest magnitude of a signed map; 0 for a blank one.
    """

    low: float
    high: float

    @classmethod
    def of(cls, heatmap: Map, signed: bool = False) -> Scale:
        """Fit the scale to one map, so that its strongest value has the strongest colour."""
        high = float(np.abs(heatmap).max() if signed else max(0.0, heatmap.max()))
        return cls.up_to(high, signed)

    @classmethod
    def of_pixels(cls, heatmap: Map, signed: bool = False) -> Scale:
        """Fit the scale to a map of single pixels: the strongest few lie beyond its end.

        One outlier among 25,000 pixels would leave all others without a visible colour.
        """
        strengths = np.abs(heatmap) if signed else np.clip(heatmap, 0, None)
        return cls.up_to(float(np.percentile(strengths, BEYOND_PERCENTILE)), signed)

    @classmethod
    def up_to(cls, high: float, signed: bool) -> Scale:
        """Make the scale that ends at a value, and begins at zero or at its negative."""
        return cls(-high if signed else 0.0, high)

    @property
    def signed(self) -> bool:
        """Whether the map may hold evidence against the class."""
        return self.low < 0

    def levels(self, values: Map) -> NDArray[np.uint8]:
        """Turn values into levels of the palette; NaN becomes the level of zero."""
        if self.high == self.low:
            return np.zeros(values.shape, np.uint8)
        parts = (np.nan_to_num(values, nan=0.0) - self.low) / (self.high - self.low)
        levels: NDArray[np.uint8] = np.rint((LEVELS - 1) * np.clip(parts, 0, 1)).astype(np.uint8)
        return levels


def draw(values: Map, scale: Scale) -> Image.Image:
    """Colour a map, one pixel per value, in palette mode; zero and NaN are transparent."""
    picture = Image.fromarray(scale.levels(values))
    picture.putpalette(table(scale.signed).tobytes(), "RGBA")
    return picture


def in_place(heatmap: Map, frame: Frame, size: tuple[int, int], scale: Scale) -> Image.Image:
    """Draw a map where it belongs on the photo, smoothly enlarged.

    Args:
        heatmap: a map on a block's own grid, shape (h, w).
        frame: where the network's input lies in the photo.
        size: columns and rows at which the photo is shown.
        scale: what the colours mean.

    Returns:
        A picture of that size in palette mode, transparent outside the frame.
    """
    width, height = size
    return draw(paint_back(heatmap, frame.scaled(height, width)), scale)


def overlay(
    image: Image.Image,
    heatmap: Map,
    frame: Frame,
    signed: bool = False,
    opacity: float = 0.75,
    scale: Scale | None = None,
) -> Image.Image:
    """Lay a map over its photo.

    Args:
        image: the RGB photo.
        heatmap: a map on a block's own grid, shape (h, w).
        frame: where the network's input lies in the photo.
        signed: the map holds evidence against the class, too.
        opacity: of the strongest colours, 0..1.
        scale: what the colours mean; None for the map's own.

    Returns:
        An RGB picture of the photo's size.
    """
    scale = scale or Scale.of(heatmap, signed)
    colours = in_place(heatmap, frame, image.size, scale).convert("RGBA")
    strength = colours.getchannel("A").point(lambda alpha: round(alpha * opacity))
    return Image.composite(colours.convert("RGB"), image, strength)


def colour_bar(signed: bool) -> Image.Image:
    """Draw every colour of the palette once, from low to high: 256 columns, one row."""
    scale = Scale(-1.0 if signed else 0.0, 1.0)
    return draw(np.linspace(scale.low, scale.high, LEVELS, dtype=np.float32)[None], scale)
