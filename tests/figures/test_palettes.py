"""Tests of explorer/figures/palettes.py."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from explorer.figures.palettes import PALETTES, Palette, table

every_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.title)
# What people without red or without green receptors see, in linear RGB (Machado et al., 2009).
COLOUR_BLIND = {
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
}
CLEARLY_DIFFERENT = 10  # CIEDE2000; 1 is just noticeable


@every_palette
@pytest.mark.parametrize("signed", [False, True])
def test_zero_is_transparent_and_the_ends_are_opaque(signed: bool, palette: Palette) -> None:
    alpha = table(signed, palette)[:, 3]
    assert alpha[128 if signed else 0] == 0
    assert alpha[-1] == 255
    assert alpha[0] == (255 if signed else 0)


def linear(colours: np.ndarray) -> np.ndarray:
    """Linear RGB of sRGB colours 0..255."""
    parts = colours[:, :3] / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance of sRGB colours 0..255 (WCAG 2)."""
    return linear(colours) @ np.array([0.2126, 0.7152, 0.0722])


@every_palette
def test_more_evidence_is_always_brighter_so_that_hue_is_not_needed(palette: Palette) -> None:
    every_other = luminance(table(False, palette)[::2])  # neighbours may round to the same colour
    assert (np.diff(every_other) > 0).all()


@every_palette
def test_evidence_for_and_against_both_grow_brighter_away_from_zero(palette: Palette) -> None:
    brightness = luminance(table(True, palette))
    assert (np.diff(brightness[:128]) < 0).all()
    assert (np.diff(brightness[128:]) > 0).all()


@every_palette
def test_lightness_grows_in_even_steps(palette: Palette) -> None:
    lightness = rgb2lab(table(False, palette)[None, :, :3])[0, ::32, 0]
    steps = np.diff(lightness)
    assert steps.max() < 2 * steps.min()


@every_palette
@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_for_and_against_differ_for_colour_blind_readers(palette: Palette, sight: str) -> None:
    seen = np.clip(linear(table(True, palette)) @ np.array(COLOUR_BLIND[sight]).T, 0, 1)
    encoded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(encoded[None])[0]
    distance = deltaE_ciede2000(lab[:86], lab[:169:-1])
    assert distance.min() > CLEARLY_DIFFERENT
