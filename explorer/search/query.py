"""Queries made of several photos, or of a part of one."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.errors import RequestError
from explorer.search.embedding import unit

SMALLEST_SIDE = 8  # pixels; less has hardly any colour, and no texture


def combined(plus: Map, minus: Map | None = None, weight: float = 1.0) -> Map:
    """Combine photos to one query: more like these, and less like those.

    Args:
        plus: vectors of the photos to be like, shape (P, C), at least one.
        minus: vectors of those not to be like, shape (M, C); None or none of them for none.
        weight: what the latter count, relative to the former.

    Returns:
        The mean of the former less the weighted mean of the latter, as a unit vector, shape (C,);
        linear in the vectors but for its length.

    Raises:
        RequestError: if there is no photo to be like, or nothing is left.
    """
    if not len(plus):
        raise RequestError("A query needs a photo that the results are to be like; choose one.")
    total = plus.mean(axis=0, dtype=np.float64)
    if minus is not None and len(minus):
        total = total - weight * minus.mean(axis=0, dtype=np.float64)
    if np.linalg.norm(total) < np.finfo(np.float32).eps:
        raise RequestError(
            "The photos to be like and those not to be like are the same; choose others."
        )
    return unit(total.astype(np.float32))


def region(photo: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Cut out the part of a photo that is looked for.

    Args:
        photo: RGB photo.
        box: left, upper, right and lower edge, as parts of the photo's sides from 0 to 1.

    Raises:
        RequestError: if it lies outside the photo or is too small.
    """
    left, upper, right, lower = box
    if not (0 <= left < right <= 1 and 0 <= upper < lower <= 1):
        raise RequestError("The part to look for does not lie in the photo; draw it again.")
    pixels = (
        round(left * photo.width),
        round(upper * photo.height),
        round(right * photo.width),
        round(lower * photo.height),
    )
    if min(pixels[2] - pixels[0], pixels[3] - pixels[1]) < SMALLEST_SIDE:
        raise RequestError(
            f"The part to look for is smaller than {SMALLEST_SIDE} pixels; draw a larger one."
        )
    return photo.crop(pixels)
