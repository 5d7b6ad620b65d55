"""What the network saw of a photo: its border, or the part alone."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from explorer.figures.pictures import jpeg
from explorer.photos.geometry import Frame

_DASH = 0.012  # of the picture's longer side
_LIGHT, _DARK = "#FFFFFF", "#17212B"


def outline(picture: Image.Image, frame: Frame) -> None:
    """Draw the border in place, dashed, as far as it lies on the photo.

    Args:
        picture: the photo at any size.
        frame: where the network's input lies in the photo.
    """
    placed = frame.scaled(picture.height, picture.width)
    left, right = (min(max(x, 1.0), picture.width - 2.0) for x in (placed.left, placed.right))
    top, bottom = (min(max(y, 1.0), picture.height - 2.0) for y in (placed.top, placed.bottom))
    pen, dash = ImageDraw.Draw(picture), max(3, round(_DASH * max(picture.size)))
    for edge in (top, bottom):
        for start in range(round(left), round(right), 2 * dash):
            _draw(pen, (start, edge), (min(start + dash, right), edge))
    for edge in (left, right):
        for start in range(round(top), round(bottom), 2 * dash):
            _draw(pen, (edge, start), (edge, min(start + dash, bottom)))


def _draw(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a light dash with a dark seam, to be seen on any photo."""
    pen.line([start, end], _DARK, 5)
    pen.line([start, end], _LIGHT, 3)


def cut_out(encoded: bytes, frame: Frame, side: int = 192) -> bytes:
    """Cut out what the network saw; where it was padded, the picture is black.

    Args:
        encoded: the photo at any size.
        frame: where the network's input lies in the photo.
        side: pixels of the result.

    Returns:
        A JPEG of side x side pixels.
    """
    with Image.open(io.BytesIO(encoded)) as image:
        photo = image.convert("RGB")
    placed = frame.scaled(photo.height, photo.width)
    edges = (round(placed.left), round(placed.top), round(placed.right), round(placed.bottom))
    seen = photo.crop(edges)
    return jpeg(seen.resize((side, side), Image.Resampling.LANCZOS))
