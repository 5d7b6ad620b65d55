"""Tests of explorer/figures/explain/heatmaps.py."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.figures.explain.heatmaps import Scale, colour_bar, draw, in_place, overlay
from explorer.figures.palettes import CIVIDIS, table
from explorer.figures.picture_settings import PictureSettings
from explorer.photos.geometry import Framing, Preprocessing, frame

IMAGENET = Preprocessing(224, 256, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


@pytest.fixture
def spot() -> np.ndarray:
    """A map with one strong cell: row 3, column 5 of 7 x 7."""
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[3, 5] = 3
    return heatmap


def test_a_scale_reaches_from_zero_to_the_largest_value() -> None:
    heatmap = np.array([[-4, 1], [0, 2]], np.float32)
    assert Scale.of(heatmap) == Scale(0, 2)
    assert Scale.of(heatmap, signed=True) == Scale(-4, 4)


def test_levels_are_proportional_and_nan_counts_as_zero() -> None:
    values = np.array([0, 1, 2, np.nan], np.float32)
    assert Scale(0, 2).levels(values).tolist() == [0, 128, 255, 0]
    assert Scale(-2, 2).levels(values).tolist() == [128, 191, 255, 128]


def test_a_blank_map_is_drawn_transparent() -> None:
    blank = np.zeros((3, 3), np.float32)
    assert not np.asarray(draw(blank, Scale.of(blank)).convert("RGBA"))[..., 3].any()


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("size", [(300, 200), (200, 300), (1000, 40)])
def test_the_strongest_colour_lies_where_the_cell_lies_on_the_photo(
    spot: np.ndarray, framing: Framing, size: tuple[int, int]
) -> None:
    photo_frame = frame(Image.new("RGB", size), IMAGENET, framing)
    columns, rows = doubled = (2 * size[0], 2 * size[1])
    picture = in_place(spot, photo_frame, doubled, Scale.of(spot))
    assert picture.size == doubled
    levels = np.asarray(picture)
    row, column = photo_frame.to_photo((3 + 0.5) / 7 * 224, (5 + 0.5) / 7 * 224)
    assert levels[min(rows - 1, round(2 * row)), min(columns - 1, round(2 * column))] >= 215


def test_nothing_is_drawn_outside_the_crop(photo: Image.Image) -> None:
    photo_frame = frame(photo, IMAGENET)
    everywhere = np.ones((7, 7), np.float32)
    alpha = np.asarray(in_place(everywhere, photo_frame, photo.size, Scale(0, 1)).convert("RGBA"))[
        ..., 3
    ]
    assert (alpha[:, : int(photo_frame.left)] == 0).all()
    assert (alpha[:, int(photo_frame.right) + 1 :] == 0).all()
    assert alpha[150, 225] == 255


def test_an_overlay_changes_the_photo_only_where_there_is_evidence(
    photo: Image.Image, spot: np.ndarray
) -> None:
    before, after = np.asarray(photo), np.asarray(overlay(photo, spot, frame(photo, IMAGENET)))
    changed = (before != after).any(axis=2)
    assert after.shape == before.shape
    assert changed.any()
    assert not changed[:75].any()
    assert not changed[:, :225].any()


def test_an_overlay_of_no_opacity_is_the_photo(photo: Image.Image, spot: np.ndarray) -> None:
    overlaid = overlay(photo, spot, frame(photo, IMAGENET), settings=PictureSettings(opacity=0))
    np.testing.assert_array_equal(np.asarray(overlaid), np.asarray(photo))


def test_settings_choose_the_colours_and_whether_cells_have_edges(spot: np.ndarray) -> None:
    square = frame(Image.new("RGB", (70, 70)), IMAGENET, Framing.WHOLE)
    settings = PictureSettings(palette=CIVIDIS, cells=True)
    picture = np.asarray(in_place(spot, square, (70, 70), Scale.of(spot), settings).convert("RGBA"))
    strongest = (picture == table(signed=False, palette=CIVIDIS)[255]).all(axis=2)
    assert strongest[30:40, 50:60].all()
    assert strongest.sum() == 100
    assert not picture[~strongest][:, 3].any()


def test_the_colour_bar_holds_each_level_once() -> None:
    for signed in (False, True):
        assert np.asarray(colour_bar(signed)).tolist() == [list(range(256))]
