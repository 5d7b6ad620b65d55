"""Tests of explorer/ui/blocks/activations.py; the page itself is tested in tests/pages."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.blocks.activations import Channels
from explorer.ui.blocks.activations import where
from explorer.wording import unbroken


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([[0, 0], [0, 0]], "No cell is active."),
        (
            [[0, 0], [0, 9]],
            "25.0 % of its cells are active. The activation is strongest in",
        ),
        (
            [[5, 5], [0, 1]],
            "it is strongest in a band across the top. Half of it lies in 50 % of",
        ),
        ([[1, 1], [1, 1]], "100.0 % of its cells are active. The activation is spread evenly"),
    ],
)
def test_where_a_channel_is_active_is_said_in_words(cells: list[list[int]], words: str) -> None:
    maps = np.array([cells], np.float32)
    peak, active = maps.max((1, 2)), (maps > 0).mean((1, 2), dtype=np.float32)
    assert unbroken(words) in unbroken(where(Channels(maps, peak, peak, active), 0))
