"""Open a photo safely, and say where its pixels meet the network's input.

`read_image` is the only door for files; `explorer.geometry`, whose names are offered here too,
frames the open photo for a network and maps heatmaps back onto it.
"""

from __future__ import annotations

import io
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

from explorer.colours import upright_rgb
from explorer.errors import ImageError
from explorer.geometry import Frame as Frame
from explorer.geometry import Framing as Framing
from explorer.geometry import Preprocessing as Preprocessing
from explorer.geometry import frame as frame
from explorer.geometry import paint_back as paint_back
from explorer.geometry import to_tensor as to_tensor
from explorer.rations import MAX_FILE_BYTES, RationedFile

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP") + (
    ("AVIF",) if features.check("avif") else ()
)
MAX_MEGAPIXELS = 50
# Their decoders hold several copies of the picture: this much keeps them under 512 MB.
_MAX_MEGAPIXELS_OF = {"WEBP": 25, "AVIF": 16}
_MAX_SIDE = 65_535  # pixels
_MAX_DECODER_BYTES = 430_000_000
_TILE_SIDES = (322, 323)  # the TIFF tags TileWidth and TileLength
_SMALL_TILE = 1_000_000  # pixels
_START_OF_SCAN = b"\xff\xda"

_NOT_A_PICTURE = (
    "This file is not a picture that can be opened; "
    "choose a PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF file, or save the picture as one."
)
_DAMAGED = (
    "This picture is damaged, cut off or of a rare kind; "
    "save or download it again, as PNG or JPEG, and choose the new file."
)
_NO_MEMORY = "There is not enough memory to open this picture; save a smaller copy and choose that."

# What Pillow's parsers have raised on files made to break them.
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

# Remarks about a file's metadata, which we drop, and about sizes, which we limit more tightly.
warnings.filterwarnings("ignore", module=r"PIL\.\w+ImagePlugin")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def read_image(source: str | os.PathLike[str] | bytes | BinaryIO) -> Image.Image:
    """Open a photo as plain upright RGB, or say in one sentence what to do instead.

    PNG, JPEG, WebP, BMP and AVIF, and the first picture of a GIF, TIFF or MPO file. Colour profiles
    are applied, transparent pixels lie on a neutral grey, deep pixels are brought to 8 bits
    (`explorer.colours`). No metadata is left in the result.

    Hostile files end in the same sentences: no file may be larger than 100 MB, have more than
    50 megapixels (WebP 25, AVIF 16) or take more than 512 MB of memory or a few seconds to open.
    A JPEG of several scans that would need more memory is opened at half its size.

    Args:
        source: a path, the file's content, or a binary file, which is read from its start and
            stays open.

    Raises:
        ImageError: if there is no such file, or it is no picture that can be opened safely.
        TypeError: if `source` is none of these.
    """
    with _opened(source) as file:
        try:
            return _decoded(RationedFile(file))
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
    """Give the source as a binary file that can be rewound; close what was opened here."""
    if isinstance(source, str | os.PathLike):
        with _open_path(Path(source)) as file:
            yield file
    elif isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif hasattr(source, "read"):
        yield source if source.seekable() else io.BytesIO(source.read(MAX_FILE_BYTES + 1))
    else:
        raise TypeError(
            f"source must be a path, bytes or a binary file, not {type(source).__name__}"
        )


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


def _decoded(file: RationedFile) -> Image.Image:
    image = Image.open(file, formats=FORMATS)  # type: ignore[arg-type]  # all that Pillow calls
    _check_size(image)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _spare_memory(image, file)
    orientation = _orientation(image)
    file.end_header()
    image.load()
    info = image.info
    # Only the pixels stay: the decoder, with its own copies of them, and all metadata can go.
    pixels = image._new(image.im)
    pixels.info = {key: info[key] for key in ("transparency",) if key in info}
    profile = info.get("icc_profile")
    del image
    return upright_rgb(
        pixels, orientation, profile if isinstance(profile, bytes) else None, file.check
    )


def _check_size(image: Image.Image) -> None:
    """Refuse a picture by its stated size, before any pixel is decoded."""
    width, height = image.size
    limit = _MAX_MEGAPIXELS_OF.get(image.format or "", MAX_MEGAPIXELS)
    if width * height == 0:
        raise ImageError("This picture has no pixels; choose another one.")
    if width * height > limit * 1_000_000 or max(width, height) > _MAX_SIDE:
        raise ImageError(_too_many_pixels(limit))
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        tile = math.prod(int(image.tag_v2.get(tag, 1)) for tag in _TILE_SIDES)
        if tile > max(4 * width * height, _SMALL_TILE):
            raise ImageError(_DAMAGED)


def _too_many_pixels(limit: int) -> str:
    return f"This picture has more than {limit} megapixels; save a smaller copy and choose that."


def _spare_memory(image: JpegImagePlugin.JpegImageFile, file: RationedFile) -> None:
    """Decode a JPEG of several scans smaller, if all its coefficients need much memory at once."""
    position = file.tell()
    file.seek(0)
    several = file.read().count(_START_OF_SCAN) > 1
    file.seek(position)
    pixels = image.width * image.height
    coefficients = pixels * len(image.getbands()) * 2 if several else 0
    for scale in (1, 2, 4, 8):
        if coefficients + 4 * pixels // scale**2 <= _MAX_DECODER_BYTES:
            if scale > 1:
                image.draft(None, (image.width // scale, image.height // scale))
            return
    raise ImageError(_too_many_pixels(MAX_MEGAPIXELS))


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation that Pillow leaves to us; it turns TIFF pictures itself."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return 1
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _PILLOW_ERRORS:
        return 1  # broken metadata is no reason to refuse a whole picture
    return orientation if isinstance(orientation, int) else 1


def __getattr__(name: str) -> Preprocessing:
    """Look up `IMAGENET`, the classic ImageNet preprocessing, in torchvision on first use."""
    if name != "IMAGENET":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from torchvision.models import ResNet18_Weights

    return Preprocessing.of(ResNet18_Weights.IMAGENET1K_V1.transforms())
