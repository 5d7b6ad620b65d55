"""Tests of explorer/figures/explain/crops.py."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from explorer.figures.explain.crops import cut_out, outline
from explorer.figures.pictures import jpeg
from explorer.photos.geometry import Frame


def test_the_border_lies_on_the_frame_at_any_size() -> None:
    frame = Frame(100, 200, 64, top=10, left=50, bottom=90, right=130)
    for factor in (1, 3):
        picture = Image.new("RGB", (200 * factor, 100 * factor), "#808080")
        outline(picture, frame)
        rows, columns = np.nonzero((np.asarray(picture) != 128).any(2))
        corners = rows.min(), columns.min(), rows.max(), columns.max()
        expected = (10, 50, 90, 130)
        assert all(abs(a - b * factor) <= 3 for a, b in zip(corners, expected, strict=True))


def test_a_frame_beyond_the_photo_is_drawn_at_its_edge() -> None:
    picture = Image.new("RGB", (60, 40), "#808080")
    outline(picture, Frame(40, 60, 64, top=-10, left=0, bottom=50, right=60))
    assert (np.asarray(picture)[0] != 128).any()


def test_what_the_network_saw_is_cut_out_and_black_where_there_was_no_photo() -> None:
    photo = Image.new("RGB", (200, 100), "white")
    photo.paste("red", (0, 0, 50, 100))
    frame = Frame(100, 200, 64, top=-50, left=0, bottom=150, right=200)
    seen = Image.open(io.BytesIO(cut_out(jpeg(photo), frame, side=80))).convert("RGB")
    assert seen.size == (80, 80)
    assert max(seen.getpixel((40, 10))) < 8
    assert min(seen.getpixel((60, 40))) > 247
    red, green, blue = seen.getpixel((8, 40))
    assert red > 240 > 16 > max(green, blue)
