"""The pictures of a contact sheet: small photos with their maps."""

from __future__ import annotations

import io

from PIL import Image

from explorer.array_types import Map
from explorer.figures.explain.heatmaps import Scale, overlay
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.figures.pictures import fitted, jpeg
from explorer.photos.geometry import Frame

LONGEST = 288  # pixels of the longer side of a card's picture


def small_copy(image: Image.Image) -> bytes:
    """Encode a photo at the size of a card, as JPEG."""
    return jpeg(fitted(image, LONGEST))


def card(
    small: bytes,
    heatmap: Map,
    frame: Frame,
    scale: Scale,
    settings: PictureSettings = STANDARD,
) -> bytes:
    """Lay a map over a photo of a card's size.

    Args:
        small: the photo from `small_copy`.
        heatmap: the map on the block's own grid, shape (h, w).
        frame: where the network's input lies in the photo, at the photo's full size.
        scale: the values at the ends of the colours.
        settings: how the page draws maps; a card is too small for the frame.

    Returns:
        The picture as JPEG.
    """
    with Image.open(io.BytesIO(small)) as image:
        photo = image.convert("RGB")
    return jpeg(overlay(photo, heatmap, frame, scale.signed, scale, settings))
