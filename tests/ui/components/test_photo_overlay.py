"""Tests of explorer/ui/components/photo_overlay/__init__.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.figures.explain.heatmaps import Scale
from explorer.photos.geometry import Frame
from explorer.ui.components.photo_overlay import DescribedMap, _ends, parts


def test_the_frame_is_given_in_parts_of_the_photos_sides() -> None:
    frame = Frame(200, 400, 224, top=20, left=100, bottom=180, right=260)
    expected = {"top": 0.1, "bottom": 0.9, "left": 0.25, "right": 0.65}
    assert parts(frame) == pytest.approx(expected)


def test_a_frame_that_reaches_outside_the_photo_has_parts_outside_it() -> None:
    frame = Frame(200, 400, 224, top=-100, left=0, bottom=300, right=400)
    assert parts(frame) == {"top": -0.5, "bottom": 1.5, "left": 0, "right": 1}


def ends(scale: Scale) -> dict[str, str]:
    """Return the numbers of the colour bar of a map from -1 to 2."""
    heatmap = np.array([[-1, 2]], np.float32)
    return _ends(DescribedMap(heatmap, scale, alt="", supports="", opposes="", unit=""))


def test_the_colour_bar_says_where_values_lie_beyond_its_ends() -> None:
    assert ends(Scale(0, 2)) == {"low": "0", "middle": "1", "high": "2"}
    assert ends(Scale(-0.5, 0.5)) == {"low": "≤−0.5", "middle": "0", "high": "≥0.5"}  # noqa: RUF001
