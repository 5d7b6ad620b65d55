"""Tests of explorer/figures/explain/explained_photo.py."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.figures.explain.explained_photo import BRIGHTNESS, dark_grey, explained_photo
from explorer.figures.explain.heatmaps import Scale
from explorer.figures.palettes import VIRIDIS, table
from explorer.figures.picture_settings import PictureSettings
from explorer.photos.geometry import Framing, Preprocessing, frame

SQUARE = Preprocessing(64, 64, (0.5,) * 3, (0.25,) * 3)


@pytest.fixture
def wide() -> Image.Image:
    """A photo of 192 x 64 pixels, of which the network sees the middle third."""
    return Image.new("RGB", (192, 64), (200, 100, 50))


def spot(cells: int) -> np.ndarray:
    """A map with one strong cell, at its top left."""
    heatmap = np.zeros((cells, cells), np.float32)
    heatmap[0, 0] = 2
    return heatmap


def drawn(wide: Image.Image, heatmap: np.ndarray, **settings: object) -> np.ndarray:
    """Draw a map over the photo with cells, as pixels of shape (64, 192, 3)."""
    chosen = PictureSettings(cells=True, **settings)  # type: ignore[arg-type]  # any of its fields
    of_block = heatmap.shape[0] < 64
    placed = frame(wide, SQUARE)
    return np.asarray(
        explained_photo(wide, heatmap, placed, Framing.CROP, Scale.of(heatmap), of_block, chosen)
    ).astype(int)


@pytest.mark.parametrize("opacity", [0.0, 0.4, 1.0])
def test_a_cell_has_the_colour_of_the_palette_at_the_opacity_that_was_set(
    wide: Image.Image, opacity: float
) -> None:
    picture = drawn(wide, spot(4), frame=False, palette=VIRIDIS, opacity=opacity)
    colour = table(signed=False, palette=VIRIDIS)[255, :3]
    expected = (1 - opacity) * np.array([200, 100, 50]) + opacity * colour
    inside = picture[1:16, 65:80]
    np.testing.assert_allclose(inside, np.broadcast_to(expected, inside.shape), atol=1)
    assert (picture[:, :64] == [200, 100, 50]).all()
    assert (picture[17:32, 65:80] == [200, 100, 50]).all()


def test_lines_separate_the_cells(wide: Image.Image) -> None:
    picture = drawn(wide, spot(4), frame=False, opacity=0.0)
    between = 0.45 * np.array([200, 100, 50]) + 0.55 * 255
    np.testing.assert_allclose(picture[16, 65:80], np.broadcast_to(between, (15, 3)), atol=1)
    np.testing.assert_allclose(picture[17:32, 80], np.broadcast_to(between, (15, 3)), atol=1)


def test_below_a_map_of_pixels_the_photo_is_grey_and_dark(wide: Image.Image) -> None:
    picture = drawn(wide, spot(64), frame=False, opacity=1.0)
    luminance = 0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50
    np.testing.assert_allclose(picture[1:], BRIGHTNESS * luminance, atol=1)
    assert (picture[0, 64] == table(signed=False)[255, :3]).all()
    assert np.asarray(dark_grey(wide)).shape == (64, 192, 3)


def test_the_frame_darkens_what_the_network_did_not_see_unless_it_is_taken_away(
    wide: Image.Image,
) -> None:
    blank = np.zeros((4, 4), np.float32)
    bare, framed = drawn(wide, blank, frame=False), drawn(wide, blank, frame=True)
    assert (bare[:, :64] == [200, 100, 50]).all()
    shaded = 0.58 * np.array([200, 100, 50]) + 0.42 * np.array([12, 16, 20])
    np.testing.assert_allclose(framed[:, :50], np.broadcast_to(shaded, (64, 50, 3)), atol=1)
    assert (framed[20:31, 82:95] == [200, 100, 50]).all()
    placed = frame(wide, SQUARE, Framing.WHOLE)
    whole = explained_photo(wide, blank, placed, Framing.WHOLE, Scale.of(blank))
    np.testing.assert_array_equal(np.asarray(whole), np.asarray(wide))
