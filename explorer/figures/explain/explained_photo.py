"""A photo with a map over it, drawn as the page draws it: what exports show equals the screen."""

from __future__ import annotations

from PIL import Image

from explorer.array_types import Map
from explorer.figures.explain.crops import cell_lines, outline, shade_outside
from explorer.figures.explain.heatmaps import Scale, overlay
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.photos.geometry import Frame, Framing

MOST_CELLS = 64  # per row; the lines between more cells would hide the photo
BRIGHTNESS = 0.4  # of the grey photo below a map of pixels, as a share of the photo's own
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # of red, green and blue (Filter Effects, W3C: grayscale)


def explained_photo(
    image: Image.Image,
    heatmap: Map,
    frame: Frame,
    framing: Framing,
    scale: Scale,
    of_block: bool = True,
    settings: PictureSettings = STANDARD,
) -> Image.Image:
    """Draw a map over its photo as the component `photo_overlay` does.

    Args:
        image: the RGB photo.
        heatmap: the map over the network's input, shape (h, w).
        frame: where the network's input lies in the photo.
        framing: how the photo became that input; a frame is drawn around a crop alone.
        scale: the values at the ends of the colours.
        of_block: whether the map has the cells of a block; below one of pixels, the photo is grey.
        settings: palette, opacity, cells and frame as the reader set them.

    Returns:
        An RGB picture of the photo's size.
    """
    ground = image if of_block else dark_grey(image)
    picture = overlay(ground, heatmap, frame, scale=scale, settings=settings)
    if settings.cells and of_block and max(heatmap.shape) <= MOST_CELLS:
        cell_lines(picture, frame, *heatmap.shape)
    if settings.frame and framing is Framing.CROP:
        shade_outside(picture, frame)
        outline(picture, frame)
    return picture


def dark_grey(image: Image.Image) -> Image.Image:
    """Return an RGB photo without colours and darkened, on which single bright pixels are seen."""
    row = (*(BRIGHTNESS * share for share in _LUMINANCE), 0.0)
    return image.convert("RGB", row * 3)
