"""Which picture of a TIFF file is shown: explorer/photos/tiff_directories.py; files by tifffile."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from explorer.errors import ImageError
from explorer.photos.bounded_file import BoundedFile
from explorer.photos.reading import read_photo
from explorer.photos.tiff_directories import TiffHeader, choose_picture

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
SENSOR, LINEAR_RAW = 32_803, 34_892


def picture(width: int, height: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def written(*pages: Pixels, **options: Any) -> bytes:
    """A TIFF file of these pages."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, **options) as writer:
        for page in pages:
            writer.write(page, photometric="rgb", metadata=None)
    return buffer.getvalue()


def with_picture_below(thumbnail: Pixels, main: Pixels, **options: Any) -> bytes:
    """A TIFF file whose first directory is a thumbnail, with the picture in one below it."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(thumbnail, photometric="rgb", subifds=1, subfiletype=1, metadata=None)
        writer.write(main, metadata=None, **({"photometric": "rgb"} | options))
    return buffer.getvalue()


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"bigtiff": True}], ids=str)
@pytest.mark.parametrize("place", range(3))
def test_the_largest_page_is_shown_and_said(place: int, options: dict[str, Any]) -> None:
    pages = [picture(20, 10, seed) for seed in range(3)]
    pages[place] = picture(64, 48)
    photo = read_photo(written(*pages, **options))
    np.testing.assert_array_equal(np.asarray(photo.image), pages[place])
    assert photo.notes == (
        f"This file holds 3 pictures; the largest, number {place + 1} of 64 x 48 pixels, is shown.",
    )


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_picture_below_a_thumbnail_is_found(compression: str | None) -> None:
    main = picture(80, 60)
    photo = read_photo(with_picture_below(picture(16, 12), main, compression=compression))
    np.testing.assert_array_equal(np.asarray(photo.image), main)
    assert "number 2 of 80 x 60 pixels" in photo.notes[0]


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_compressed_page_is_decoded_at_its_own_place(compression: str) -> None:
    """libtiff decodes them, and looks for the directory by itself."""
    small, main = Image.fromarray(picture(16, 12)), Image.fromarray(picture(80, 60))
    buffer = io.BytesIO()
    small.save(buffer, "TIFF", save_all=True, append_images=[main], compression=compression)
    assert read_photo(buffer.getvalue()).image.tobytes() == main.tobytes()


def test_pages_of_one_size_are_counted_and_the_first_is_shown() -> None:
    pages = [picture(20, 10, seed) for seed in range(4)]
    photo = read_photo(written(*pages))
    np.testing.assert_array_equal(np.asarray(photo.image), pages[0])
    assert photo.notes == ("This file holds 4 pictures of 20 x 10 pixels; the first is shown.",)
    assert read_photo(written(pages[0])).notes == ()


def test_a_level_that_can_be_opened_is_taken_of_a_slide_that_cannot() -> None:
    data = bytearray(written(picture(20, 10), picture(64, 48)))
    (first,) = struct.unpack_from("<L", data, 4)
    for entry in range(struct.unpack_from("<H", data, first)[0]):
        at = first + 2 + 12 * entry
        if struct.unpack_from("<H", data, at)[0] in (256, 257):
            struct.pack_into("<HLL", data, at + 2, 4, 1, 60_000)
    photo = read_photo(bytes(data))
    assert photo.image.size == (64, 48)
    assert "the largest that can be opened has 64 x 48 pixels" in photo.notes[0]


@pytest.mark.parametrize(
    ("photometric", "tags", "name"),
    [
        (SENSOR, [], r"raw file;|raw file,"),
        (SENSOR, [(271, 2, 0, "NIKON CORPORATION", True)], r"\(NEF\)"),
        (SENSOR, [(271, 2, 0, "SONY", True)], r"\(ARW\)"),
        (SENSOR, [(50706, 1, 4, b"\1\4\0\0", True)], r"\(DNG\)"),
        (LINEAR_RAW, [(50706, 1, 4, b"\1\4\0\0", True)], r"\(DNG\)"),
    ],
)
def test_the_values_of_a_sensor_are_named_with_a_way_on(
    photometric: int, tags: list[tuple[object, ...]], name: str
) -> None:
    shape = (60, 80, 3) if photometric == LINEAR_RAW else (60, 80)
    sensor = np.random.default_rng(0).integers(0, 4096, shape, np.uint16)
    data = with_picture_below(picture(16, 12), sensor, photometric=photometric, extratags=tags)
    with pytest.raises(ImageError, match=rf"{name}.*export it as JPEG"):
        read_photo(data)


def test_a_raw_file_by_its_name_is_no_tiff_picture(tmp_path: Path) -> None:
    data = written(picture(16, 12))
    for ending in ("nef", "ARW", "cr2"):
        (tmp_path / f"photo.{ending}").write_bytes(data)
        with pytest.raises(ImageError, match=rf"\({ending.upper()}\).*export it as JPEG"):
            read_photo(tmp_path / f"photo.{ending}")
    with pytest.raises(ImageError, match=r"\(NEF\)"):
        read_photo(data, "photo.nef")


def test_a_tiff_that_pillow_cannot_read_is_called_one() -> None:
    planes, floats = io.BytesIO(), io.BytesIO()
    values = np.moveaxis(picture(20, 10).astype(np.uint16) * 257, -1, 0)
    tifffile.imwrite(planes, values, photometric="rgb", planarconfig="separate", metadata=None)
    tifffile.imwrite(floats, picture(20, 10).astype(np.float32), photometric="rgb", metadata=None)
    for buffer in (planes, floats):
        with pytest.raises(ImageError, match="a TIFF picture of a rare kind"):
            read_photo(buffer.getvalue())


def test_a_dng_with_a_developed_picture_shows_that() -> None:
    main = picture(80, 60)
    data = with_picture_below(picture(16, 12), main, extratags=[(50706, 1, 4, b"\1\4\0\0", True)])
    np.testing.assert_array_equal(np.asarray(read_photo(data).image), main)


def test_directories_in_a_circle_or_out_of_the_file_end_the_search() -> None:
    data = bytearray(written(picture(20, 10), picture(64, 48)))
    header = TiffHeader.of(bytes(data[:16]))
    assert header is not None
    first, second = header.pictures(BoundedFile(io.BytesIO(data)))
    (tags,) = struct.unpack_from("<H", data, second.offset)
    for offset in (first.offset, second.offset, len(data) + 99, 2**32 - 1):
        struct.pack_into("<L", data, second.offset + 2 + 12 * tags, offset)
        assert header.pictures(BoundedFile(io.BytesIO(data))) == [first, second]
    assert read_photo(bytes(data)).image.size == (64, 48)


def test_what_is_no_tiff_is_left_alone() -> None:
    for content in (b"MMORPG, a text", b"II", b"\x89PNG\r\n\x1a\n", b"MM\0*"):
        file = BoundedFile(io.BytesIO(content))
        if content != b"MM\0*":
            assert choose_picture(file, 10**6) == ""
        else:
            with pytest.raises(struct.error):
                choose_picture(file, 10**6)
