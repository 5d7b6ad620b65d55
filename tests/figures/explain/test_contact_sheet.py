"""Tests of explorer/figures/explain/contact_sheet.py."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from explorer.figures.explain.contact_sheet import LONGEST, card, small_copy
from explorer.figures.explain.heatmaps import Scale
from explorer.photos.geometry import Frame


def difference(overlaid: bytes, small: bytes) -> np.ndarray:
    """The difference of each pixel of a card from that of its photo."""
    pixels = [
        np.asarray(Image.open(io.BytesIO(encoded)), np.int16) for encoded in (overlaid, small)
    ]
    return np.abs(pixels[0] - pixels[1]).max(2)


def test_a_card_shows_the_map_in_its_place_on_the_small_photo() -> None:
    small = small_copy(Image.new("RGB", (1000, 500), (90, 120, 90)))
    heatmap = np.zeros((4, 4), np.float32)
    heatmap[0, 3] = 1
    frame = Frame(500, 1000, 224, top=0, left=250, bottom=500, right=750)
    changed = difference(card(small, heatmap, frame, Scale(0, 1)), small)
    assert changed.shape == (LONGEST // 2, LONGEST)
    row, column = np.unravel_index(changed.argmax(), changed.shape)
    assert row < LONGEST // 8
    assert LONGEST * 5 / 8 < column < LONGEST * 3 / 4


def test_on_a_scale_that_ends_later_a_map_is_fainter() -> None:
    small = small_copy(Image.new("RGB", (300, 300), (90, 120, 90)))
    heatmap, frame = np.ones((4, 4), np.float32), Frame(300, 300, 224, 0, 0, 300, 300)
    own, shared = (
        difference(card(small, heatmap, frame, Scale(0, high)), small) for high in (1, 9)
    )
    assert 0 < shared.mean() < own.mean()
