"""Pictures resized for display and encoded as bytes."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

LONGEST_SIDE = 1280  # pixels; the photo column of a wide screen at twice the pixel density
EXACT_PIXELS, KEPT_PIXELS = 500_000, 1_500_000  # up to which a photo is kept exactly, and at all


def fitted(image: Image.Image, longest: int = LONGEST_SIDE) -> Image.Image:
    """Return a copy of the picture, reduced if a side is longer than `longest` pixels."""
    smaller = image.copy()
    smaller.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return smaller


def compact(image: Image.Image) -> bytes:
    """Encode a photo for storage: a small one losslessly, a larger one at up to 1.5 megapixels."""
    pixels = image.width * image.height
    if pixels <= EXACT_PIXELS:
        return png(image)
    factor = min(1.0, (KEPT_PIXELS / pixels) ** 0.5)
    longest = round(factor * max(image.size))
    return jpeg(fitted(image, longest))


def square(image: Image.Image, side: int = 128) -> Image.Image:
    """Return the centre of the picture as a square of `side` x `side` pixels."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)


def jpeg(image: Image.Image) -> bytes:
    """Encode a photo as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    """Encode a map losslessly as PNG; fast rather than small."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def opened(encoded: bytes) -> Image.Image:
    """Decode a picture of ours as RGB."""
    with Image.open(io.BytesIO(encoded)) as image:
        return image.convert("RGB")
