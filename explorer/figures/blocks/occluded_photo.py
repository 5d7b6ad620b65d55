"""A photo with a hidden part, drawn as the page draws it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from explorer.blocks.region_occlusion import InputRegion, Occlusion, PhotoBox
from explorer.figures.explain.crops import outline, shade_outside
from explorer.photos.geometry import Frame

_EDGE, _CONTOUR = "#FFFFFF", "#0C1014"
_THICK = 3  # pixels


def seen_photo(image: Image.Image, frame: Frame) -> Image.Image:
    """Draw a photo with the frame of what the network sees of it."""
    picture = image.copy()
    shade_outside(picture, frame)
    outline(picture, frame)
    return picture


def occluded_photo(image: Image.Image, occlusion: Occlusion, frame: Frame) -> Image.Image:
    """Draw a photo with what is hidden of it, and the edge of the region.

    Args:
        image: the RGB photo at any size.
        occlusion: what is hidden.
        frame: where the network's input lies in the photo.

    Returns:
        An RGB picture of the photo's size.
    """
    picture = image.copy()
    seen = frame.scaled(picture.height, picture.width)
    left, top = round(seen.left), round(seen.top)
    size = round(seen.right) - left, round(seen.bottom) - top
    cover = Image.fromarray(occlusion.picture).resize(size, Image.Resampling.BILINEAR)
    picture.paste(cover, (left, top), cover)
    shade_outside(picture, frame)
    outline(picture, frame)
    if isinstance(occlusion.region, InputRegion):  # a region of another shape shows its own edge
        _draw_edges(picture, occlusion.region.on_photo(frame))
    return picture


def _draw_edges(picture: Image.Image, box: PhotoBox) -> None:
    edges = (
        round(box.left * picture.width),
        round(box.top * picture.height),
        round(box.right * picture.width) - 1,
        round(box.bottom * picture.height) - 1,
    )
    pen = ImageDraw.Draw(picture)
    pen.rectangle(edges, outline=_CONTOUR, width=_THICK + 2)
    pen.rectangle(edges, outline=_EDGE, width=_THICK)
