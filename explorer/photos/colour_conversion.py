"""Convert a decoded photo of any mode to upright RGB.

The photo is converted band by band, so that besides the photo and the result there is never a third
full-size copy, which would be 200 MB for 50 megapixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageCms

GROUND = (128, 128, 128)  # behind transparent pixels; black and white drawings stay visible
_BAND_PIXELS = 1_000_000
_MAX_PROFILE_BYTES = 16_000_000  # what fits into a JPEG
_UNBOUNDED = ("I", "F")  # modes whose values have no fixed range
_NEARLY_BLACK = 9  # of 255
_LIMITS = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)  # largest values, of floats and of bits
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
    image: Image.Image,
    orientation: int,
    icc_profile: bytes | None,
    pause: Callable[[], None],
    deep: DeepValues | None = None,
) -> Image.Image:
    """Convert a decoded photo of any mode to upright sRGB on a grey background, without metadata.

    Values of more than 8 bits are converted as `DeepValues.of` says. NaN becomes black, an infinity
    black or white.

    Args:
        image: the decoded pixels; `image.info` may contain a colour key under "transparency".
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        icc_profile: the photo's colour profile; ignored if it is broken or for another mode.
        pause: function called before each band; an exception that it raises ends the conversion.
        deep: range of the values of more than 8 bits; None to find it here.

    Returns:
        A photo of mode RGB.

    Raises:
        ValueError: if Pillow cannot convert this mode.
    """
    upright = _Orientation(orientation, image.height)
    convert = _Conversion.of(image, icc_profile, deep or DeepValues.of(image))
    result = Image.new("RGB", image.size[::-1] if upright.swaps_sides else image.size)
    for top, band in _bands(image):
        pause()
        result.paste(upright.apply(convert(band, top)), upright.corner(top, band.height))
    return result


@dataclass(frozen=True)
class DeepValues:
    """The range of the values of a photo that has more than 8 bits per colour.

    Attributes:
        smallest: smallest value.
        largest: largest value.
        darkest: value that becomes black.
        brightest: value that becomes white.
        low: low bytes of a colour photo of 16 bits, whose decoded pixels are the high bytes; None
            for any other.
        is_exact: whether nothing had to be assumed.
    """

    smallest: float
    largest: float
    darkest: float
    brightest: float
    low: Image.Image | None = None
    is_exact: bool = False

    @classmethod
    def of(cls, image: Image.Image, low: Image.Image | None = None) -> DeepValues | None:
        """Find the range of a photo; None if it has 8 bits.

        Values are assumed to range from 0 to the first number of 8, 10, 12, 14 or 16 bits that
        includes them all, or to 1 if they are floats; others are stretched from their smallest to
        their largest.

        Args:
            image: the decoded pixels.
            low: low bytes of a colour photo of 16 bits, whose high bytes are `image`.
        """
        if low is not None:
            smallest, largest = _colour_range(image, low)
        elif _is_deep(image):
            smallest, largest = _value_range(image)
        else:
            return None
        usual = (1, 255, 65535) if image.mode in _UNBOUNDED else (65535,)
        for limit in _LIMITS:
            if smallest >= 0 and largest <= limit:
                is_exact = limit in usual or largest == 0
                return cls(smallest, largest, 0.0, limit, low, is_exact)
        white = largest if largest > smallest else smallest + max(1.0, abs(smallest))
        return cls(smallest, largest, smallest, white, low)

    @property
    def note(self) -> str:
        """What was assumed, as a sentence; "" if nothing was."""
        if self.is_exact:
            return ""
        if self.darkest == 0 and self.brightest in _LIMITS:
            bits = int(self.brightest).bit_length()
            return (
                f"The values of this picture reach {self.largest:,.0f}; {self.brightest:,.0f}, "
                f"the largest of {bits} bit{'s' if bits > 1 else ''}, is shown as white."
            )
        return (
            f"The values of this picture reach from {self.smallest:,.5g} to {self.largest:,.5g}; "
            "these two are shown as black and white."
        )

    def levels(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Convert values to levels from 0 to 255."""
        values = np.nan_to_num(values, nan=self.darkest, posinf=self.brightest, neginf=self.darkest)
        scaled = np.rint((values - self.darkest) * (255 / (self.brightest - self.darkest)))
        return scaled.clip(0, 255).astype(np.uint8)


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
        deep: range of the values; None if they have 8 bits.
        to_srgb: the last step according to the colour profile; None leaves it to Pillow.
    """

    mode: str
    deep: DeepValues | None
    to_srgb: ImageCms.ImageCmsTransform | None

    @classmethod
    def of(
        cls, image: Image.Image, icc_profile: bytes | None, deep: DeepValues | None
    ) -> _Conversion:
        mode = "CMYK" if image.mode == "CMYK" else Image.getmodebase(image.mode)
        mode = "RGB" if mode == "P" else mode
        to_srgb = _to_srgb(icc_profile, mode) if icc_profile and image.mode != "LAB" else None
        return cls(mode, deep, to_srgb)

    def __call__(self, band: Image.Image, top: int) -> Image.Image:
        """Convert a band, given its first row in the photo."""
        if self.deep is not None:
            band = self._to_8_bits(band, self.deep, top)
        if not band.has_transparency_data:
            return self._to_rgb(band)
        band = (band.convert("LA") if band.mode == "La" else band).convert("RGBA")
        ground = Image.new("RGB", band.size, GROUND)
        return Image.composite(self._to_rgb(band), ground, band.getchannel("A"))

    @staticmethod
    def _to_8_bits(band: Image.Image, deep: DeepValues, top: int) -> Image.Image:
        if deep.low is None:
            with np.errstate(invalid="ignore"):  # for signalling NaNs
                return Image.fromarray(deep.levels(np.asarray(band).astype(np.float64)))
        low = deep.low.crop((0, top, band.width, top + band.height))
        levels = deep.levels(_joined(band, low).astype(np.float64))
        if band.mode == "RGBA":
            levels[..., 3] = np.asarray(band)[..., 3]
        return Image.fromarray(levels, band.mode)

    def _to_rgb(self, band: Image.Image) -> Image.Image:
        if self.to_srgb is None:
            return band.convert("RGB")
        return self.to_srgb.apply(band if band.mode == self.mode else band.convert(self.mode))


def darkness(image: Image.Image) -> str:
    """Return a note on a photo in which there is nothing to see."""
    brightest = max(int(largest) for _, largest in image.getextrema())  # type: ignore[misc]
    if brightest > _NEARLY_BLACK:
        return ""
    return (
        f"This picture is black or nearly so: of 255 levels, its brightest value is {brightest}. "
        "If it holds numbers of classes or of a measurement, stretch them first."
    )


def _is_deep(image: Image.Image) -> bool:
    return image.mode in _UNBOUNDED or image.mode.startswith("I;16")


def _value_range(image: Image.Image) -> tuple[float, float]:
    """Return the smallest and the largest value of a photo of one channel, 0 if there is none."""
    smallest, largest = np.inf, -np.inf
    for _, band in _bands(image):
        values = np.asarray(band)
        finite = values[np.isfinite(values)]
        if finite.size:
            smallest = min(smallest, float(finite.min()))
            largest = max(largest, float(finite.max()))
    return (smallest, largest) if smallest <= largest else (0.0, 0.0)


def _colour_range(high: Image.Image, low: Image.Image) -> tuple[float, float]:
    """Return 0 and the largest value of the three colours, given their high and low bytes."""
    largest = 0
    for top, band in _bands(high):
        below = low.crop((0, top, band.width, top + band.height))
        largest = max(largest, int(_joined(band, below)[..., :3].max()))
    return 0.0, float(largest)


def _joined(high: Image.Image, low: Image.Image) -> np.ndarray[Any, np.dtype[np.uint16]]:
    joined = np.asarray(high).astype(np.uint16)
    joined *= 256
    joined += np.asarray(low)
    return joined


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
