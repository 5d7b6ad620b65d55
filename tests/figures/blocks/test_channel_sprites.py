"""Tests of explorer/figures/blocks/channel_sprites.py."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from explorer.figures.blocks.channel_sprites import sprite
from explorer.figures.explain.heatmaps import Scale, draw


def test_each_map_stands_in_its_place_in_the_colours_of_a_single_map() -> None:
    maps = np.random.default_rng(0).random((5, 4, 3)).astype(np.float32)
    highs = np.array([1, 0.5, 2, 1, 1], np.float32)
    packed = sprite(maps, highs)
    assert (packed.columns, packed.height, packed.width) == (3, 4, 3)
    with Image.open(io.BytesIO(packed.picture)) as picture:
        sheet = np.asarray(picture.convert("RGB"))
    assert sheet.shape == (2 * 4, 3 * 3, 3)
    for index, (heatmap, high) in enumerate(zip(maps, highs, strict=True)):
        row, column = divmod(index, 3)
        tile = sheet[4 * row : 4 * row + 4, 3 * column : 3 * column + 3]
        alone = np.asarray(draw(heatmap, Scale(0, float(high))).convert("RGB"))
        np.testing.assert_array_equal(tile, alone)


def test_a_map_without_any_activation_stays_black() -> None:
    maps = np.zeros((2, 3, 3), np.float32)
    maps[1] = 1
    with Image.open(io.BytesIO(sprite(maps, np.array([0, 1], np.float32)).picture)) as picture:
        levels = np.asarray(picture)
    assert levels[:, :3].max() == 0
    assert levels[:, 3:].min() == 255


def test_two_thousand_maps_are_one_picture_of_about_a_byte_a_cell() -> None:
    maps = np.random.default_rng(0).exponential(size=(2048, 7, 7)).astype(np.float32)
    packed = sprite(maps, maps.max((1, 2)))
    assert len(packed.picture) < 1.1 * maps.size
