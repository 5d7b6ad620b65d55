"""Tests of explorer/figures/pictures.py."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from explorer.figures.pictures import fitted, jpeg, png, square


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    assert fitted(Image.new("RGB", (4000, 1000)), 1000).size == (1000, 250)


def test_a_small_photo_stays_as_it_is(photo: Image.Image) -> None:
    np.testing.assert_array_equal(np.asarray(fitted(photo)), np.asarray(photo))


def test_a_thumbnail_is_a_square_of_the_middle() -> None:
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    thumbnail = square(wide, 50)
    assert thumbnail.size == (50, 50)
    assert thumbnail.getpixel((25, 25)) == thumbnail.getpixel((1, 25)) == (0, 0, 255)


def test_png_keeps_every_pixel_with_its_transparency() -> None:
    picture = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    picture.putpalette(
        np.random.default_rng(0).integers(0, 256, (256, 4), np.uint8).tobytes(), "RGBA"
    )
    decoded = Image.open(io.BytesIO(png(picture))).convert("RGBA")
    np.testing.assert_array_equal(np.asarray(decoded), np.asarray(picture.convert("RGBA")))


def test_jpeg_is_close_to_the_photo(photo: Image.Image) -> None:
    decoded = np.asarray(Image.open(io.BytesIO(jpeg(photo))), np.float32)
    assert np.abs(decoded - np.asarray(photo, np.float32)).mean() < 3
