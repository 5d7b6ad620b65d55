"""Whatever reaches into Pillow's insides: one function for each trick.

Each says why it is needed and what happens without it. All other modules use public names only.
`gone` says which of the private names are no longer there, and a test fails with it.
"""

from __future__ import annotations

import ctypes
import io
import sys
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageFile, JpegImagePlugin, _imaging

_GREY_AND_ALPHA = "LA;16B"  # raw mode of a PNG's 16-bit grey with transparency


def gone() -> list[str]:
    """List the private names that this Pillow no longer has, a sentence each."""
    encoded = io.BytesIO()
    Image.new("RGB", (8, 8)).save(encoded, "JPEG")
    encoded.seek(0)
    jpeg = JpegImagePlugin.JpegImageFile(encoded)
    wanted = [(jpeg, name) for name in ("_new", "decodermaxblock", "layer", "layers")]
    return [
        f"Pillow's {name} is gone: see what explorer.photos.pillow_internals uses it for."
        for owner, name in [*wanted, (_imaging, "__file__")]
        if not hasattr(owner, name)
    ]


def silence_libtiff() -> bool:
    """Switch off the messages that libtiff prints past Python, for the whole process.

    The server and the commands do so at their start. Without it, a damaged TIFF file writes lines
    of its own to the terminal; the error that is raised is the same.

    Returns:
        Whether it could be done: not where Pillow has libtiff built in statically.
    """
    try:
        set_error_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError, TypeError):
        return False
    set_error_handler.restype = ctypes.c_void_p
    set_error_handler(None)
    return True


def pixels_alone(image: Image.Image) -> Image.Image:
    """Return the decoded pixels without the file they came from, sharing their memory.

    `Image.copy` would double the memory, and the opened file keeps its decoder and its metadata.
    """
    return image._new(image.im)


def decode_in_steps(image: JpegImagePlugin.JpegImageFile, nbytes: int) -> None:
    """Let Pillow give a JPEG decoder at most `nbytes` bytes at once.

    Between two steps it reads from the file, which is where a picture that takes too long can be
    stopped. Its usual 65,536 bytes can contain scans that take a minute to decode.
    """
    image.decodermaxblock = nbytes


def low_byte_decoding(image: ImageFile.ImageFile) -> LowBytes | None:
    """Say how the low byte of each 16-bit colour is decoded; None if the colours have 8 bits.

    Pillow has no mode for colours of 16 bits, and decodes their high bytes. Without this, a photo
    of 12 bits would be black: all its high bytes are below 16. The decoder is told that the bytes
    of a number lie the other way round, or that grey with transparency is four channels.
    """
    tiles, layouts = [], set()
    for tile in image.tile:
        raw, *rest = (tile.args,) if isinstance(tile.args, str) else (tile.args or ("",))
        swapped = "RGBA" if raw == _GREY_AND_ALPHA else _swapped(str(raw))
        if swapped is None:
            return None
        layouts.add((1, 1, 1, 3) if raw == _GREY_AND_ALPHA else (0, 1, 2, 3))
        args = swapped if isinstance(tile.args, str) else (swapped, *rest)
        tiles.append(tile._replace(args=args))
    return LowBytes(tiles, layouts.pop()) if len(layouts) == 1 else None


@dataclass(frozen=True)
class LowBytes:
    """How the low bytes of 16-bit colours are decoded.

    Attributes:
        tiles: what to give Pillow as the image's tiles before `load`.
        channels: for each channel of the photo, the decoded one that holds its low bytes.
    """

    tiles: list[Any]
    channels: tuple[int, ...]

    def arranged(self, decoded: Image.Image) -> Image.Image:
        """Return decoded low bytes with the channels of the photo."""
        bands = decoded.split()
        return Image.merge(decoded.mode, [bands[i] for i in self.channels[: len(bands)]])


def _swapped(raw_mode: str) -> str | None:
    """Return a raw mode of 16-bit colours with the other byte order; None for any other mode."""
    colours, _, order = raw_mode.partition(";16")
    if colours not in ("RGB", "RGBA", "RGBX") or order not in ("B", "L", "N"):
        return None
    native = {"little": "L", "big": "B"}[sys.byteorder]
    return f"{colours};16{'B' if order.replace('N', native) == 'L' else 'L'}"


def samples_per_component(image: JpegImagePlugin.JpegImageFile) -> list[int]:
    """Return for each component of a JPEG how many samples it has in a block: 4, 1, 1 for 4:2:0."""
    return [down * across for _, down, across, _ in image.layer]
