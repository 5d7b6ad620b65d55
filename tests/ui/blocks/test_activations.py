"""Tests of explorer/ui/blocks/activations.py; the page itself is tested in tests/pages."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.blocks.activations import Channels
from explorer.ui.blocks.activations import where


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([[0, 0], [0, 0]], "No cell is active."),
        ([[0, 0], [0, 9]], "the activation lies in the lower right quarter."),
        ([[5, 5], [0, 1]], "91 % of the activation lies in the upper half."),
        ([[1, 1], [1, 1]], "100.0 % of its cells are active; the activation is spread"),
    ],
)
def test_where_a_channel_is_active_is_said_in_words(cells: list[list[int]], words: str) -> None:
    maps = np.array([cells], np.float32)
    peak, active = maps.max((1, 2)), (maps > 0).mean((1, 2), dtype=np.float32)
    assert words in where(Channels(maps, peak, peak, active), 0)
