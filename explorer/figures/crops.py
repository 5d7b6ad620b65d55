"""The border of what the network saw of a photo."""

from __future__ import annotations

from PIL import Image, ImageDraw

from explorer.geometry import Frame

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
