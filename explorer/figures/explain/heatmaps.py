"""Heatmaps as pictures: alone, placed on the photo, laid over it, and with a colour bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.array_types import Map
from explorer.figures.palettes import INFERNO, LEVELS, Palette, table
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.photos.geometry import Frame, paint_back

SMOOTHING = "smoothed between the cells (raised cosine)"
BEYOND_PERCENTILE = 99.5  # of a pixel map's strengths; stronger values have the last colour


@dataclass(frozen=True)
class Scale:
    """The values at the two ends of a colour bar.

    Attributes:
        low: the value at the lower end: 0, or the negative of `high` for a signed map.
        high: the value at the upper end: the largest value, or the largest magnitude of a signed
            map; 0 for a blank map.
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
        """Fit the scale to a map of pixels, with the few strongest values beyond its end.

        Otherwise a single outlier among 25,000 pixels could leave all others without a visible
        colour.
        """
        strengths = np.abs(heatmap) if signed else np.clip(heatmap, 0, None)
        return cls.up_to(float(np.percentile(strengths, BEYOND_PERCENTILE)), signed)

    @classmethod
    def up_to(cls, high: float, signed: bool) -> Scale:
        """Return the scale from zero, or from the negative of `high` if signed, to `high`."""
        return cls(-high if signed else 0.0, high)

    @property
    def signed(self) -> bool:
        """Whether the map may hold evidence against the class."""
        return self.low < 0

    def levels(self, values: Map) -> NDArray[np.uint8]:
        """Convert values to levels of the palette; NaN becomes the level of zero."""
        if self.high == self.low:
            return np.zeros(values.shape, np.uint8)
        shares = (np.nan_to_num(values, nan=0.0) - self.low) / (self.high - self.low)
        levels: NDArray[np.uint8] = np.rint((LEVELS - 1) * np.clip(shares, 0, 1)).astype(np.uint8)
        return levels


def draw(values: Map, scale: Scale, palette: Palette = INFERNO) -> Image.Image:
    """Colour a map, one pixel per value, in palette mode; zero and NaN are transparent."""
    picture = Image.fromarray(scale.levels(values))
    picture.putpalette(table(scale.signed, palette).tobytes(), "RGBA")
    return picture


def in_place(
    heatmap: Map,
    frame: Frame,
    size: tuple[int, int],
    scale: Scale,
    settings: PictureSettings = STANDARD,
) -> Image.Image:
    """Draw a map at its place on the photo, enlarged.

    Args:
        heatmap: a map on a block's own grid, shape (h, w).
        frame: where the network's input lies in the photo.
        size: columns and rows of the displayed photo, in pixels.
        scale: the values at the ends of the colours.
        settings: the palette, and whether cells are drawn as they are or as `SMOOTHING` says.

    Returns:
        A picture of the given size in palette mode, transparent outside the frame.
    """
    width, height = size
    placed = paint_back(heatmap, frame.scaled(height, width), smooth=not settings.cells)
    return draw(placed, scale, settings.palette)


def overlay(
    image: Image.Image,
    heatmap: Map,
    frame: Frame,
    signed: bool = False,
    scale: Scale | None = None,
    settings: PictureSettings = STANDARD,
) -> Image.Image:
    """Lay a map over its photo.

    Args:
        image: the RGB photo.
        heatmap: a map on a block's own grid, shape (h, w).
        frame: where the network's input lies in the photo.
        signed: whether the map may hold evidence against the class; ignored if there is a `scale`.
        scale: the values at the ends of the colours; None to fit them to the map.
        settings: the palette, the opacity, and whether cells are drawn as they are.

    Returns:
        An RGB picture of the photo's size.
    """
    scale = scale or Scale.of(heatmap, signed)
    colours = in_place(heatmap, frame, image.size, scale, settings).convert("RGBA")
    strength = colours.getchannel("A").point(lambda alpha: round(alpha * settings.opacity))
    return Image.composite(colours.convert("RGB"), image, strength)


def colour_bar(signed: bool, palette: Palette = INFERNO) -> Image.Image:
    """Draw every colour of a palette once, from low to high, as 256 x 1 pixels."""
    scale = Scale(-1.0 if signed else 0.0, 1.0)
    return draw(np.linspace(scale.low, scale.high, LEVELS, dtype=np.float32)[None], scale, palette)
