"""Open a photo safely; every image file is read with `read_image`.

`explorer.photos.geometry` frames the opened photo for a network and maps heatmaps back onto it.
"""

from __future__ import annotations

import io
import logging
import math
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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
from explorer.photos.bounded_file import MAX_FILE_BYTES, BoundedFile
from explorer.photos.colour_conversion import upright_rgb
from explorer.photos.pillow_internals import decode_in_steps, pixels_alone, samples_per_component

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
# TIFF: tags TileWidth and TileLength; tags StripOffsets and TileOffsets; types that are no numbers.
_TILE_SIDES = (322, 323)
_OFFSETS = (273, 324)
_OPAQUE_TYPES = (1, 2, 7)
_MAX_TAGS = 4_096
_MAX_TAG_VALUES = 200_000

_NOT_A_PICTURE = (
    "This file is not a picture that can be opened; "
    "choose a PNG, JPEG, HEIC, WebP, GIF, TIFF, BMP or AVIF file, or save the picture as one."
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


def read_image(source: str | os.PathLike[str] | bytes | BinaryIO) -> Image.Image:
    """Open a photo as plain upright RGB, or raise an error that says what to do instead.

    Reads PNG, JPEG, HEIC, WebP, BMP and AVIF, and the first image of a GIF, TIFF or MPO file.
    Colour profiles are applied, transparent pixels get a neutral grey background, deep pixels are
    reduced to 8 bits (`explorer.photos.colour_conversion`). The result has no metadata.

    Hostile files raise the same errors: no file may be larger than 100 MB, have more than
    50 megapixels (WebP 25, AVIF 16) or take more than 512 MB of memory or a few seconds to open.
    A JPEG that would need more memory because it has several scans is opened at half its size.
    For a damaged TIFF file, libtiff may also print to stderr; the app and the commands switch that
    off with `explorer.photos.pillow_internals.silence_libtiff`.

    Args:
        source: a path, the content of a file, or a binary file, which is read from its start and
            stays open.

    Raises:
        ImageError: if there is no such file, or it is not an image that can be opened safely.
        TypeError: if `source` is none of these.
    """
    with _opened(source) as file:
        try:
            return _decoded(BoundedFile(file))
        except UnidentifiedImageError as error:
            raise ImageError(_NOT_A_PICTURE) from error
        except _TOO_LARGE_FOR_PILLOW as error:
            raise ImageError(_too_many_pixels(MAX_MEGAPIXELS)) from error
        except MemoryError as error:
            raise ImageError(_NO_MEMORY) from error
        except _PILLOW_ERRORS as error:
            raise ImageError(_DAMAGED) from error


@contextmanager
def _opened(source: str | os.PathLike[str] | bytes | BinaryIO) -> Iterator[BinaryIO]:
    """Yield the source as a seekable binary file, and close it if it was opened here."""
    if isinstance(source, str | os.PathLike):
        with _open_path(Path(source)) as file:
            yield file
    elif isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif hasattr(source, "read"):
        yield _rewindable(source)
    else:
        raise TypeError(
            f"source must be a path, bytes or a binary file, not {type(source).__name__}"
        )


def _rewindable(file: BinaryIO) -> BinaryIO:
    try:
        if file.read(0) != b"":
            raise ImageError('This file is open as text; open it with the mode "rb".')
        return file if file.seekable() else io.BytesIO(file.read(MAX_FILE_BYTES + 1))
    except (OSError, ValueError) as error:
        raise ImageError("This file can no longer be read; open it again.") from error


def _open_path(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise ImageError("This path is a folder; choose a picture in it.")
        if path.exists() and not path.is_file():
            raise ImageError("This path is a device, not a file; choose a picture.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise ImageError("There is no file at this path; check how it is written.") from error
    except PermissionError as error:
        raise ImageError("This file may not be read; change its permissions or copy it.") from error
    except (OSError, ValueError) as error:
        raise ImageError("This file cannot be read; check its path and its disk.") from error


def _decoded(file: BoundedFile) -> Image.Image:
    _check_directory(file)
    formats = FORMATS + (("HEIF",) if _is_heic(file) else ())
    image = Image.open(file, formats=formats)  # type: ignore[arg-type]  # has all methods that Pillow calls
    _check_size(image)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _limit_memory(image, file)
    file.end_header()
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        image.load()  # a PNG may store its orientation after its pixels
    orientation, profile = _pop_orientation(image), image.info.get("icc_profile")
    image.load()
    # Keep only the pixels; free the decoder, with its copies of them, and all metadata.
    pixels = pixels_alone(image)
    pixels.info = {key: image.info[key] for key in ("transparency",) if key in image.info}
    del image
    return upright_rgb(
        pixels, orientation, profile if isinstance(profile, bytes) else None, file.check
    )


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


def _check_directory(file: BoundedFile) -> None:
    """Refuse a TIFF file that lists more strips, or other numbers, than a photo needs.

    Pillow turns them into Python objects before it knows the size: gigabytes within a minute.
    """
    header = file.read(16)
    if header.startswith((b"II", b"MM")):
        order, big = "<" if header.startswith(b"II") else ">", header[2:3] == b"\x2b"
        (start,) = struct.unpack_from(order + ("Q" if big else "L"), header, 8 if big else 4)
        file.seek(start)
        (tags,) = struct.unpack(order + ("Q" if big else "H"), file.read(8 if big else 2))
        entry = struct.Struct(order + ("HHQ8x" if big else "HHL4x"))
        for tag, kind, values in entry.iter_unpack(file.read(min(tags, _MAX_TAGS) * entry.size)):
            numeric = kind not in _OPAQUE_TYPES or tag in _OFFSETS
            if tags > _MAX_TAGS or (numeric and values > _MAX_TAG_VALUES):
                raise ImageError(_DAMAGED)
    file.seek(0)


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
