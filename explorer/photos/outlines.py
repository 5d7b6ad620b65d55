"""Where the object is in a photo, as people drew it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DataError
from explorer.json_records import from_record
from explorer.photos.geometry import Frame

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Outline:
    """The object in one photo, in pixels of the photo that people looked at.

    Points are (x, y), measured from the outer edge of the first pixel.

    Attributes:
        file: path of the photo below the folder of photos.
        size: width and height of that photo in pixels.
        box: left, top, right and bottom edge of the object.
        outline: points of its outline; None if only the box is known.
        split: part of the data set that the photo belongs to; "" if it belongs to none.
    """

    file: str
    size: tuple[int, ...]
    box: tuple[float, ...]
    outline: tuple[tuple[float, ...], ...] | None
    split: str = ""

    @property
    def category(self) -> str:
        """The folder of the photo."""
        return self.file.partition("/")[0]

    def mask(self, frame: Frame) -> Mask:
        """Return which pixels of a network's input lie on the object, by their centres.

        Args:
            frame: where the input lies in the photo, or in a smaller copy of it.

        Returns:
            Shape (S, S); all False if there is no outline.
        """
        from skimage.draw import polygon2mask

        (width, height), side = self.size, frame.input_size
        placed = frame.scaled(height, width)
        if self.outline is None:
            return np.zeros((side, side), bool)
        corners = np.array([placed.to_input(y, x) for x, y in self.outline])
        mask: Mask = polygon2mask((side, side), corners - 0.5)
        return mask


def read_outlines(path: Path) -> tuple[Outline, ...]:
    """Read outlines: one JSON object a line, the file gzipped if it ends in .gz.

    Raises:
        DataError: if the file cannot be read, or a line does not describe an object.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            return tuple(from_record(Outline, json.loads(line)) for line in lines)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} holds no outlines ({error}); give another file.",
            for_visitors="The file holds no outlines; give another one.",
        ) from error
