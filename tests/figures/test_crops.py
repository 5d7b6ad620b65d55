"""Tests of explorer/figures/crops.py."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explorer.figures.crops import outline
from explorer.geometry import Frame


def test_the_border_lies_on_the_frame_at_any_size() -> None:
    frame = Frame(100, 200, 64, top=10, left=50, bottom=90, right=130)
    for factor in (1, 3):
        picture = Image.new("RGB", (200 * factor, 100 * factor), "#808080")
        outline(picture, frame)
        rows, columns = np.nonzero((np.asarray(picture) != 128).any(2))
        found = rows.min(), columns.min(), rows.max(), columns.max()
        expected = (10, 50, 90, 130)
        assert all(abs(a - b * factor) <= 3 for a, b in zip(found, expected, strict=True))


def test_a_frame_beyond_the_photo_is_drawn_at_its_edge() -> None:
    picture = Image.new("RGB", (60, 40), "#808080")
    outline(picture, Frame(40, 60, 64, top=-10, left=0, bottom=50, right=60))
    assert (np.asarray(picture)[0] != 128).any()
