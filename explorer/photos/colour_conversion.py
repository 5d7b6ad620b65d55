"""Convert a decoded photo of any mode to upright RGB.

The photo is converted band by band, so that besides the photo and the result there is never a third
full-size copy, which would be 200 MB for 50 megapixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

GROUND = (128, 128, 128)  # behind transparent pixels; black and white drawings stay visible
_BAND_PIXELS = 1_000_000
_MAX_PROFILE_BYTES = 16_000_000  # what fits into a JPEG
_DEEP = ("I", "F")  # modes whose values have no fixed range
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}  # mode -> colour space in a profile

_TRANSPOSES = {  # EXIF orientation -> transposition that makes the photo upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = (5, 6, 7, 8)  # orientations that exchange rows and columns
_REVERSES_ROWS = (3, 4, 6, 7)  # orientations whose first stored rows come last


def upright_rgb(
    image: Image.Image, orientation: int, icc_profile: bytes | None, pause: Callable[[], None]
) -> Image.Image:
    """Convert a decoded photo of any mode to upright sRGB on a grey background, without metadata.

    16-bit values are divided by 257. 32-bit integers and floats are assumed to range from 0 to the
    first of 1, 255 and 65,535 that includes them all; other values are stretched from their
    smallest to their largest. NaN becomes black, an infinity black or white.

    Args:
        image: the decoded pixels; `image.info` may contain a colour key under "transparency".
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        icc_profile: the photo's colour profile; ignored if it is broken or for another mode.
        pause: function called before each band; an exception that it raises ends the conversion.

    Returns:
        A photo of mode RGB.

    Raises:
        ValueError: if Pillow cannot convert this mode.
    """
    upright = _Orientation(orientation, image.height)
    convert = _Conversion.of(image, icc_profile)
    result = Image.new("RGB", image.size[::-1] if upright.swaps_sides else image.size)
    for top, band in _bands(image):
        pause()
        result.paste(upright.apply(convert(band)), upright.corner(top, band.height))
    return result


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Yield the horizontal bands of a photo, each with its first row."""
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


@dataclass(frozen=True)
class _Orientation:
    """Makes the bands of a photo upright.

    Attributes:
        exif: EXIF orientation, 1 to 8.
        height: number of rows of the photo as stored.
    """

    exif: int
    height: int

    @property
    def swaps_sides(self) -> bool:
        return self.exif in _SWAPS_SIDES

    def apply(self, band: Image.Image) -> Image.Image:
        method = _TRANSPOSES.get(self.exif)
        return band if method is None else band.transpose(method)

    def corner(self, top: int, rows: int) -> tuple[int, int]:
        """Return column and row of the upper left corner of an upright band in the result."""
        offset = self.height - top - rows if self.exif in _REVERSES_ROWS else top
        return (offset, 0) if self.swaps_sides else (0, offset)


@dataclass(frozen=True)
class _Conversion:
    """Converts the bands of one photo to RGB.

    Attributes:
        mode: mode of the colours before the last step: "L", "RGB" or "CMYK".
        darkest: value that becomes 0, in modes of more than 8 bits.
        brightest: value that becomes 255, in modes of more than 8 bits.
        to_srgb: the last step according to the colour profile; None leaves it to Pillow.
    """

    mode: str
    darkest: float
    brightest: float
    to_srgb: ImageCms.ImageCmsTransform | None

    @classmethod
    def of(cls, image: Image.Image, icc_profile: bytes | None) -> _Conversion:
        mode = "CMYK" if image.mode == "CMYK" else Image.getmodebase(image.mode)
        mode = "RGB" if mode == "P" else mode
        darkest, brightest = _value_range(image) if image.mode in _DEEP else (0.0, 65535.0)
        to_srgb = _to_srgb(icc_profile, mode) if icc_profile and image.mode != "LAB" else None
        return cls(mode, darkest, brightest, to_srgb)

    def __call__(self, band: Image.Image) -> Image.Image:
        if band.mode in _DEEP or band.mode.startswith("I;16"):
            band = self._to_8_bits(band)
        if not band.has_transparency_data:
            return self._to_rgb(band)
        band = (band.convert("LA") if band.mode == "La" else band).convert("RGBA")
        ground = Image.new("RGB", band.size, GROUND)
        return Image.composite(self._to_rgb(band), ground, band.getchannel("A"))

    def _to_8_bits(self, band: Image.Image) -> Image.Image:
        with np.errstate(invalid="ignore"):  # for signalling NaNs
            values = np.asarray(band).astype(np.float64)
        values = np.nan_to_num(values, nan=self.darkest, posinf=self.brightest, neginf=self.darkest)
        levels = np.rint((values - self.darkest) * (255 / (self.brightest - self.darkest)))
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8))

    def _to_rgb(self, band: Image.Image) -> Image.Image:
        if self.to_srgb is None:
            return band.convert("RGB")
        return self.to_srgb.apply(band if band.mode == self.mode else band.convert(self.mode))


def _value_range(image: Image.Image) -> tuple[float, float]:
    """Return the values of a 32-bit photo that become black and white."""
    darkest, brightest = np.inf, -np.inf
    for _, band in _bands(image):
        values = np.asarray(band)
        finite = values[np.isfinite(values)]
        if finite.size:
            darkest = min(darkest, float(finite.min()))
            brightest = max(brightest, float(finite.max()))
    for limit in (1.0, 255.0, 65535.0):
        if darkest >= 0 and brightest <= limit:
            return 0.0, limit
    return darkest, brightest if brightest > darkest else darkest + max(1.0, abs(darkest))


def _to_srgb(icc_profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform from a profile's colours to sRGB.

    Returns:
        The transform; None if the profile is sRGB itself, is broken, is for another mode, or has
        multi-process elements ("mpet"), a chain of which can take minutes to evaluate.
    """
    if len(icc_profile) > _MAX_PROFILE_BYTES or b"mpet" in icc_profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        name = source.profile.profile_description or ""
        if name.startswith("sRGB") or source.profile.xcolor_space != _PROFILE_SPACES[mode]:
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
