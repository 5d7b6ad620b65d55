"""Tests of explorer/figures/palettes.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.figures.palettes import table


@pytest.mark.parametrize("signed", [False, True])
def test_zero_is_transparent_and_the_ends_are_opaque(signed: bool) -> None:
    alpha = table(signed)[:, 3]
    assert alpha[128 if signed else 0] == 0
    assert alpha[-1] == 255
    assert alpha[0] == (255 if signed else 0)


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance of sRGB colours 0..255 (WCAG 2)."""
    parts = colours[:, :3] / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_more_evidence_is_always_brighter_so_that_hue_is_not_needed_to_read_the_map() -> None:
    assert (np.diff(luminance(table(signed=False))) > 0).all()


def test_evidence_for_and_against_both_grow_brighter_away_from_zero() -> None:
    brightness = luminance(table(signed=True))
    assert (np.diff(brightness[:128]) < 0).all()
    assert (np.diff(brightness[128:]) > 0).all()
