import itertools
import struct
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from explorer.photos.colour_conversion import GROUND, upright_rgb


def converted(image: Image.Image, profile: bytes | None = None) -> Image.Image:
    return upright_rgb(image, 1, profile, lambda: None)


def profile_of(
    space: bytes, channels: int, lightness: Callable[[tuple[int, ...]], float], extra: bytes = b""
) -> bytes:
    """Build a colour profile: a table from the corners of a colour space to greys of CIE Lab."""
    corners = itertools.product((0, 1), repeat=channels)
    table = b"".join(bytes((round(255 * lightness(corner)), 128, 128)) for corner in corners)
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    shape = bytes((channels, 3, 2, 0))
    lut = b"mft1\0\0\0\0" + shape + matrix + ramp * channels + table + ramp * 3
    white = struct.pack(">3i", 63190, 65536, 54061)
    tags = {
        b"A2B0": lut + b"\0" * (-len(lut) % 4),
        b"wtpt": b"XYZ \0\0\0\0" + white,
        b"desc": b"desc\0\0\0\0" + struct.pack(">L", 2) + b"X" + b"\0" * 83 + extra,
    }
    start = 132 + 12 * len(tags)
    directory, body = struct.pack(">L", len(tags)), b""
    for name, content in tags.items():
        directory += name + struct.pack(">LL", start + len(body), len(content))
        body += content
    kind = struct.pack(">L4s4s4s", 0x02400000, b"prtr", space, b"Lab ")
    head = struct.pack(">L4s", start + len(body), b"test") + kind + bytes(12) + b"acsp"
    return head + bytes(28) + white + bytes(48) + directory + body


NEGATIVE = {  # a picture mode, and a profile by which its darkest value is white
    "L": profile_of(b"GRAY", 1, lambda corner: 1 - corner[0]),
    "RGB": profile_of(b"RGB ", 3, lambda corner: 1 - max(corner)),
    "CMYK": profile_of(b"CMYK", 4, lambda corner: max(corner)),
}


@pytest.mark.parametrize("mode", NEGATIVE)
def test_a_profile_for_these_colours_is_applied(mode: str) -> None:
    black = Image.new("L", (9, 9), 0).convert("RGB").convert(mode)
    assert min(converted(black, NEGATIVE[mode]).getpixel((4, 4))) > 250


@pytest.mark.parametrize("mode", ["1", "LA", "I;16", "P", "RGBA"])
def test_a_profile_reaches_the_colours_of_every_mode(mode: str) -> None:
    grey = mode in {"1", "LA", "I;16"}
    black = Image.new("L", (9, 9), 0).convert("L" if grey else "RGB").convert(mode)
    assert min(converted(black, NEGATIVE["L" if grey else "RGB"]).getpixel((4, 4))) > 250


def test_a_profile_for_other_colours_is_ignored() -> None:
    red = Image.new("RGB", (9, 9), "red")
    for mode in ("L", "CMYK"):
        assert converted(red, NEGATIVE[mode]).getpixel((4, 4)) == (255, 0, 0)
    assert converted(Image.new("L", (9, 9), 0), NEGATIVE["RGB"]).getpixel((4, 4)) == (0, 0, 0)


def test_a_profile_of_unbounded_length_is_ignored() -> None:
    endless = profile_of(b"RGB ", 3, lambda corner: 1 - max(corner), extra=b"mpet")
    assert converted(Image.new("RGB", (9, 9), "red"), endless).getpixel((4, 4)) == (255, 0, 0)


MODES = "1 L P PA LA La RGB RGBA RGBa RGBX CMYK YCbCr LAB HSV I F I;16 I;16B"


@pytest.mark.parametrize("mode", MODES.split())
def test_every_mode_of_pillow_becomes_rgb(mode: str) -> None:
    image = converted(Image.new(mode, (3, 2)))
    assert (image.mode, image.size, type(image)) == ("RGB", (3, 2), Image.Image)


def test_lab_colours_are_seen_as_they_are() -> None:
    grey = Image.merge("LAB", [Image.new("L", (9, 9), value) for value in (137, 128, 128)])
    assert np.ptp(converted(grey).getpixel((4, 4))) <= 2


def test_16_bits_are_divided_by_257() -> None:
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    expected = np.rint(values / 257)
    image = converted(Image.fromarray(values))
    np.testing.assert_array_equal(np.asarray(image)[..., 0], expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([0.0, 25700.0, 60000.0], [0, 100, 233]),
        ([-1e38, 0.0, 1e38], [0, 128, 255]),
        ([7e9, 7e9, 7e9], [0, 0, 0]),
        ([np.nan, np.nan, np.nan], [0, 0, 0]),
        ([-np.inf, 0.5, np.inf], [0, 128, 255]),
    ],
)
def test_floats_are_scaled_by_the_range_they_fill(values: list[float], expected: list[int]) -> None:
    image = converted(Image.fromarray(np.array([values], np.float32)))
    assert [image.getpixel((x, 0))[0] for x in range(3)] == expected


def test_a_signalling_nan_is_dark_without_a_warning() -> None:
    values = np.array([[0x7F800001, 0x3F800000]], np.uint32).view(np.float32)
    image = converted(Image.frombytes("F", (2, 1), values.tobytes()))
    assert [image.getpixel((x, 0))[0] for x in (0, 1)] == [0, 255]


def test_what_shows_through_is_grey_and_what_does_not_keeps_its_colour() -> None:
    image = Image.new("RGBA", (2, 1), (200, 10, 30, 255))
    image.putpixel((1, 0), (200, 10, 30, 0))
    assert [converted(image).getpixel((x, 0)) for x in (0, 1)] == [(200, 10, 30), GROUND]


def test_the_pause_is_called_and_may_end_the_work() -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        upright_rgb(Image.new("L", (9, 9)), 1, None, stop)
