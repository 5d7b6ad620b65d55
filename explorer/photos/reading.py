"""Open a photo safely; every image file is read with `read_image`.

`explorer.photos.geometry` frames the opened photo for a network and maps heatmaps back onto it.
"""

from __future__ import annotations

import logging
import math
import os
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    JpegImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    features,
)

from explorer.errors import ImageError
from explorer.photos.bounded_file import BoundedFile
from explorer.photos.colour_conversion import DeepValues, darkness, upright_rgb
from explorer.photos.file_formats import HEADER_BYTES, foreign_format, format_named
from explorer.photos.photo_source import Source, opened
from explorer.photos.pillow_internals import (
    LowBytes,
    decode_in_steps,
    low_byte_decoding,
    pixels_alone,
    samples_per_component,
)
from explorer.photos.tiff_directories import TiffHeader, choose_picture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP") + (
    ("AVIF",) if features.check("avif") else ()
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")  # still pictures
MAX_MEGAPIXELS = 50
# Their decoders hold several copies of the photo; these limits keep them below 512 MB.
_MAX_MEGAPIXELS_OF = {"WEBP": 25, "AVIF": 16}
_MAX_SIDE = 65_535  # pixels
_MAX_DECODER_BYTES = 430_000_000
_MAX_EXIF_BYTES = 65_536  # what fits into a JPEG; the orientation is at the beginning
_START_OF_SCAN = 0xDA  # the JPEG marker
_JPEG_BYTES_AT_ONCE = 2_048  # Pillow's 65,536 can contain scans that take a minute to decode
_TILE_SIDES = (322, 323)  # TIFF's tags TileWidth and TileLength
_PLANES, _BITS = 284, 258  # TIFF's tags PlanarConfiguration and BitsPerSample
_UPPER_BITS = 64  # in a high byte; less is left by values of up to 14 bits
_MAX_DARK_MEGAPIXELS = 30  # two decoded copies and the result take 12 bytes per pixel

_ANIMATION = "This file is an animation; its first picture is shown."
_NOT_A_PICTURE = (
    "This file is not a picture that can be opened; "
    "choose a PNG, JPEG, HEIC, WebP, GIF, TIFF, BMP or AVIF file, or save the picture as one."
)
_RARE_TIFF = (
    "This is a TIFF picture of a rare kind, such as colours in separate planes or in "
    "floating-point numbers; save it as an ordinary TIFF or as PNG, and choose that."
)
_DAMAGED = (
    "This picture is damaged, cut off or of a rare kind; "
    "save or download it again, as PNG or JPEG, and choose the new file."
)
_NO_MEMORY = "There is not enough memory to open this picture; save a smaller copy and choose that."

# What Pillow's parsers have raised on deliberately broken files.
_PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    BufferError,
    struct.error,
    zlib.error,
    ImageCms.PyCMSError,
    Warning,
)
_TOO_LARGE_FOR_PILLOW = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# Hide Pillow's warnings about a file's metadata, which is dropped, and about sizes, which have
# stricter limits here. `pillow_internals.silence_libtiff` does the same for libtiff's messages.
warnings.filterwarnings("ignore", module=r"PIL\.\w+ImagePlugin")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class ReadPhoto:
    """A photo as it was read.

    Attributes:
        image: upright photo of mode RGB, without metadata.
        notes: what was chosen or assumed, and what would be overlooked, in sentences.
    """

    image: Image.Image
    notes: tuple[str, ...]


def read_image(source: Source) -> Image.Image:
    """Open a photo as plain upright RGB, or raise an error that says what to do instead.

    `read_photo` also says what was chosen or assumed.

    Args:
        source: a path, the content of a file, or a binary file, which is read from its start and
            stays open.

    Raises:
        ImageError: if there is no such file, or it is not an image that can be opened safely.
        TypeError: if `source` is none of these.
    """
    return read_photo(source).image


def read_photo(source: Source, name: str = "") -> ReadPhoto:
    """Open a photo as plain upright RGB, and say what was chosen or assumed.

    Reads PNG, JPEG, HEIC, WebP, BMP and AVIF, the first picture of an animation or MPO file, and
    the largest picture of a TIFF file. Colour profiles are applied, transparent pixels get a
    neutral grey background, deep pixels are reduced to 8 bits
    (`explorer.photos.colour_conversion`). The result has no metadata.

    Hostile files raise the same errors: no file may be larger than 100 MB, have more than
    50 megapixels (WebP 25, AVIF 16) or take more than 512 MB of memory or a few seconds to open.
    A JPEG that would need more memory because it has several scans is opened at half its size.
    For a damaged TIFF file, libtiff may also print to stderr; the app and the commands switch that
    off with `explorer.photos.pillow_internals.silence_libtiff`.

    Args:
        source: as for `read_image`.
        name: name of the file, whose ending tells camera raw files from TIFF pictures; a path has
            one by itself.

    Raises:
        ImageError: if there is no such file, or it is not an image that can be opened safely.
        TypeError: if `source` is none of these.
    """
    name = name or (str(source) if isinstance(source, str | os.PathLike) else "")
    with opened(source) as file:
        try:
            return _read(BoundedFile(file), name)
        except UnidentifiedImageError as error:
            raise ImageError(_what_it_is(file, name)) from error
        except _TOO_LARGE_FOR_PILLOW as error:
            raise ImageError(_too_many_pixels(MAX_MEGAPIXELS)) from error
        except MemoryError as error:
            raise ImageError(_NO_MEMORY) from error
        except _PILLOW_ERRORS as error:
            raise ImageError(_DAMAGED) from error


def _what_it_is(file: BinaryIO, name: str) -> str:
    """Return a sentence on a file that Pillow does not know."""
    file.seek(0)
    header = file.read(HEADER_BYTES)
    known = foreign_format(header) or format_named(name)
    if known is not None:
        return known.sentence
    return _RARE_TIFF if TiffHeader.of(header) else _NOT_A_PICTURE


def _read(file: BoundedFile, name: str) -> ReadPhoto:
    notes = [choose_picture(file, MAX_MEGAPIXELS * 1_000_000, name)]
    decoded = _decoded(file)
    deep = DeepValues.of(decoded.pixels)
    if decoded.low is not None and _is_dark(decoded.pixels):
        deep = DeepValues.of(decoded.pixels, _low_bytes(file, decoded.pixels, decoded.low))
    pixels, orientation, profile = decoded.pixels, decoded.orientation, decoded.profile
    notes += [decoded.note, deep.note if deep else ""]
    del decoded
    image = upright_rgb(pixels, orientation, profile, file.check, deep)
    notes.append(darkness(image))
    return ReadPhoto(image, tuple(filter(None, notes)))


@dataclass(frozen=True)
class _Decoded:
    """A decoded picture, before its conversion.

    Attributes:
        pixels: the pixels alone, without decoder and metadata.
        orientation: EXIF orientation, 1 to 8.
        profile: colour profile, if there is one.
        low: how to decode the low bytes of 16-bit colours, whose high bytes are `pixels`; None if
            the colours have 8 bits.
        note: what was chosen of an animation; "" if it is none.
    """

    pixels: Image.Image
    orientation: int
    profile: bytes | None
    low: LowBytes | None
    note: str


def _decoded(file: BoundedFile, low_bytes: bool = False) -> _Decoded:
    """Decode the picture, or the low bytes of its 16-bit colours."""
    file.seek(0)
    formats = FORMATS + (("HEIF",) if _is_heic(file) else ())
    image = Image.open(file, formats=formats)  # type: ignore[arg-type]  # has all methods that Pillow calls
    _check_size(image)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _limit_memory(image, file)
    file.end_header()
    low = low_byte_decoding(image)
    if low is not None and low_bytes:
        image.tile = low.tiles
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        image.load()  # a PNG may store its orientation after its pixels
    orientation, profile = _pop_orientation(image), image.info.get("icc_profile")
    image.load()
    # Keep only the pixels; free the decoder, with its copies of them, and all metadata.
    pixels = pixels_alone(image)
    pixels.info = {key: image.info[key] for key in ("transparency",) if key in image.info}
    profile = profile if isinstance(profile, bytes) else None
    return _Decoded(pixels, orientation, profile, low, _animation(image, file))


def _is_heic(file: BoundedFile) -> bool:
    """Tell whether a file is an HEIC photo, as iPhones take them; if so, prepare Pillow for it."""
    header = file.read(12)
    file.seek(0)
    if header[4:8] != b"ftyp" or header[8:] not in _HEIC_BRANDS:
        return False
    from pillow_heif import register_heif_opener

    # Only the picture itself is decoded, and in one thread: the readers share the cores.
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    return True


def _animation(image: Image.Image, file: BoundedFile) -> str:
    """Return a note if more pictures follow the decoded one."""
    if isinstance(image, TiffImagePlugin.TiffImageFile) or image.format == "MPO":
        return ""  # `choose_picture` speaks of the one; the other's first is its photo
    try:
        if image.format == "GIF":
            file.seek(0)
            image = Image.open(file, formats=("GIF",))  # type: ignore[arg-type]  # as above
        return _ANIMATION if getattr(image, "is_animated", False) else ""
    except _PILLOW_ERRORS:
        return ""  # what follows the picture is damaged


def _is_dark(high: Image.Image) -> bool:
    """Whether the high bytes of 16-bit colours leave the upper two bits unused."""
    brightest = max(int(largest) for _, largest in high.getextrema()[:3])  # type: ignore[misc]
    return brightest < _UPPER_BITS


def _low_bytes(file: BoundedFile, high: Image.Image, low: LowBytes) -> Image.Image:
    if high.width * high.height > _MAX_DARK_MEGAPIXELS * 1_000_000:
        raise ImageError(
            f"This picture has 16 bits per colour, of which the upper are not used, and more than "
            f"{_MAX_DARK_MEGAPIXELS} megapixels; save a smaller copy, or one of 8 bits."
        )
    return low.arranged(_decoded(file, low_bytes=True).pixels)


def _check_size(image: Image.Image) -> None:
    """Refuse an image by its stated size, before any pixel is decoded."""
    width, height = image.size
    limit = _MAX_MEGAPIXELS_OF.get(image.format or "", MAX_MEGAPIXELS)
    if width * height == 0:
        raise ImageError("This picture has no pixels; choose another one.")
    if width * height > limit * 1_000_000:
        raise ImageError(_too_many_pixels(limit))
    if max(width, height) > _MAX_SIDE:
        raise ImageError(
            f"This picture is longer than {_MAX_SIDE:,} pixels; cut a part out and choose that."
        )
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        if image.tag_v2.get(_PLANES) == 2 and max(image.tag_v2.get(_BITS, (8,))) > 8:
            raise ImageError(_RARE_TIFF)  # Pillow would take the halves of numbers for pixels
        tile = math.prod(int(image.tag_v2.get(tag, 1)) for tag in _TILE_SIDES)
        if tile > limit * 1_000_000:
            raise ImageError(_DAMAGED)


def _too_many_pixels(limit: int) -> str:
    return f"This picture has more than {limit} megapixels; save a smaller copy and choose that."


def _limit_memory(image: JpegImagePlugin.JpegImageFile, file: BoundedFile) -> None:
    """Decode a JPEG at half its size if libjpeg would hold too many coefficients at once."""
    decode_in_steps(image, _JPEG_BYTES_AT_ONCE)
    pixels = image.width * image.height
    samples = samples_per_component(image)
    buffered = image.info.get("progressive") or not _in_one_scan(file, len(samples))
    coefficients = 2 * pixels * sum(samples) // max(samples) if buffered else 0
    if coefficients + 4 * pixels > _MAX_DECODER_BYTES:
        image.draft(None, (image.width // 2, image.height // 2))


def _in_one_scan(file: BoundedFile, components: int) -> bool:
    """Tell whether the first scan of a JPEG has all its components; False in case of doubt."""
    file.seek(2)
    while True:
        segment = file.read(5)  # marker, length and, in a scan, the number of components
        if len(segment) < 5 or segment[0] != 0xFF or not 0xC0 <= segment[1] < 0xFF:
            return False
        if segment[1] == _START_OF_SCAN:
            return segment[4] == components
        file.seek(int.from_bytes(segment[2:4]) - 3, os.SEEK_CUR)


def _pop_orientation(image: Image.Image) -> int:
    """Return and reset the EXIF orientation; Pillow would need a third copy to turn a TIFF."""
    try:
        if "exif" in image.info:
            image.info["exif"] = image.info["exif"][:_MAX_EXIF_BYTES]
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        exif[ExifTags.Base.Orientation] = 1
    except _PILLOW_ERRORS:
        return 1  # broken metadata is no reason to refuse a photo
    return orientation if isinstance(orientation, int) else 1
