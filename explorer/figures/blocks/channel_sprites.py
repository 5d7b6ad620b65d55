"""Many small maps in one picture, which the page cuts into single maps again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.array_types import Map
from explorer.figures.palettes import LEVELS, table
from explorer.figures.pictures import png


@dataclass(frozen=True, eq=False)
class Sprite:
    """Maps in a grid, row by row, with one pixel for each cell; zero is black.

    Attributes:
        picture: the picture as PNG in palette mode.
        columns: number of maps in a row.
        height: height of one map in pixels.
        width: width of one map in pixels.
    """

    picture: bytes
    columns: int
    height: int
    width: int


def sprite(maps: Map, highs: Map) -> Sprite:
    """Draw activation maps.

    Args:
        maps: at least one map of values from zero up, shape (N, h, w).
        highs: the value of the strongest colour of each map, shape (N,); if it is 0, the map is
            black.
    """
    number, height, width = maps.shape
    columns = math.ceil(math.sqrt(number))
    rows = math.ceil(number / columns)
    sheet = np.zeros((rows * columns, height, width), np.uint8)
    sheet[:number] = _levels(maps, highs)
    pixels = sheet.reshape(rows, columns, height, width).swapaxes(1, 2)
    picture = Image.fromarray(pixels.reshape(rows * height, columns * width))
    picture.putpalette(table(signed=False)[:, :3].tobytes(), "RGB")
    return Sprite(png(picture), columns, height, width)


def _levels(maps: Map, highs: Map) -> NDArray[np.uint8]:
    ends = np.where(highs > 0, highs, np.inf)[:, None, None]
    levels: NDArray[np.uint8] = np.rint((LEVELS - 1) * np.clip(maps / ends, 0, 1)).astype(np.uint8)
    return levels
