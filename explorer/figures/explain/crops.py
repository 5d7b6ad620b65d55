"""The part of a photo that the network saw: its frame, its outline, or that part, also covered."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.figures.pictures import jpeg, png
from explorer.photos.geometry import Frame

_DASH = 0.012  # length of a dash, as a share of the picture's longer side
_LIGHT, _DARK = "#FFFFFF", "#17212B"
_SHADE, _SHADE_OPACITY = "#0C1014", 0.42  # outside the frame, as the style sheet of the page has it
_LINE_OPACITY = 0.55  # between cells, likewise


def shade_outside(picture: Image.Image, frame: Frame) -> None:
    """Darken what the network did not see.

    Args:
        picture: the photo at any size; drawn on in place.
        frame: where the network's input lies in the photo.
    """
    box = frame.scaled(picture.height, picture.width)
    edges = (round(box.left), round(box.top), round(box.right), round(box.bottom))
    shade = Image.new("L", picture.size, round(255 * _SHADE_OPACITY))
    shade.paste(0, edges)
    picture.paste(_SHADE, mask=shade)


def cell_lines(picture: Image.Image, frame: Frame, rows: int, columns: int) -> None:
    """Draw lines between the cells of a map.

    Args:
        picture: the photo at any size; drawn on in place.
        frame: where the network's input, and so the map, lies in the photo.
        rows: number of rows of the map.
        columns: number of columns of the map.
    """
    box = frame.scaled(picture.height, picture.width)
    pen, lines = ImageDraw.Draw(picture, "RGBA"), f"{_LIGHT}{round(255 * _LINE_OPACITY):02X}"
    for row in range(rows):
        y = round(box.top + row * (box.bottom - box.top) / rows)
        pen.line([(round(box.left), y), (round(box.right), y)], lines)
    for column in range(columns):
        x = round(box.left + column * (box.right - box.left) / columns)
        pen.line([(x, round(box.top)), (x, round(box.bottom))], lines)


def outline(picture: Image.Image, frame: Frame) -> None:
    """Draw the dashed outline of the network's input, clipped to the photo.

    Args:
        picture: the photo at any size; drawn on in place.
        frame: where the network's input lies in the photo.
    """
    box = frame.scaled(picture.height, picture.width)
    left, right = (min(max(x, 1.0), picture.width - 2.0) for x in (box.left, box.right))
    top, bottom = (min(max(y, 1.0), picture.height - 2.0) for y in (box.top, box.bottom))
    pen, dash = ImageDraw.Draw(picture), max(3, round(_DASH * max(picture.size)))
    for edge in (top, bottom):
        for start in range(round(left), round(right), 2 * dash):
            _draw_dash(pen, (start, edge), (min(start + dash, right), edge))
    for edge in (left, right):
        for start in range(round(top), round(bottom), 2 * dash):
            _draw_dash(pen, (edge, start), (edge, min(start + dash, bottom)))


def _draw_dash(
    pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Draw a light dash with a dark edge, so that it is visible on any photo."""
    pen.line([start, end], _DARK, 5)
    pen.line([start, end], _LIGHT, 3)


def cut_out(encoded: bytes, frame: Frame, side: int = 192) -> bytes:
    """Crop the photo to what the network saw; padding is black.

    Args:
        encoded: the encoded photo at any size.
        frame: where the network's input lies in the photo.
        side: the side of the result in pixels.

    Returns:
        A JPEG of side x side pixels.
    """
    return jpeg(_seen(encoded, frame, side))


def covered(encoded: bytes, frame: Frame, cover: NDArray[np.uint8], side: int = 384) -> bytes:
    """Crop the photo to what the network saw, and lay a picture over it.

    Args:
        encoded: the encoded photo at any size.
        frame: where the network's input lies in the photo.
        cover: RGBA picture over the network's input, shape (S, S, 4).
        side: the side of the result in pixels.

    Returns:
        A PNG of side x side pixels.
    """
    seen = _seen(encoded, frame, side)
    over = Image.fromarray(cover).resize((side, side), Image.Resampling.NEAREST)
    seen.paste(over, mask=over.getchannel("A"))
    return png(seen)


def _seen(encoded: bytes, frame: Frame, side: int) -> Image.Image:
    with Image.open(io.BytesIO(encoded)) as image:
        photo = image.convert("RGB")
    box = frame.scaled(photo.height, photo.width)
    edges = (round(box.left), round(box.top), round(box.right), round(box.bottom))
    return photo.crop(edges).resize((side, side), Image.Resampling.LANCZOS)
