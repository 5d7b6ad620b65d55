"""Tests of explorer/ui/explain/block_ladder.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.explain.shared_scale import SharedScale
from explorer.ui.explain import block_ladder
from explorer.ui.explain.block_ladder import in_words, limits
from explorer.ui.frame import link_state

MAPS = {
    block: np.array([[-2 * high, high]], np.float32)
    for block, high in (("stem", 0.5), ("layer1.0", 1.0), ("layer1.1", 4.0), ("layer4.0", 1000.0))
}


def test_each_scale_ends_at_the_strongest_value_of_the_maps_that_share_it() -> None:
    assert list(limits(MAPS, SharedScale.OWN, signed=False).values()) == [0.5, 1, 4, 1000]
    assert list(limits(MAPS, SharedScale.STAGE, signed=False).values()) == [0.5, 4, 4, 1000]
    assert list(limits(MAPS, SharedScale.NETWORK, signed=False).values()) == [1000] * 4
    assert list(limits(MAPS, SharedScale.STAGE, signed=True).values()) == [1, 8, 8, 2000]


def test_words_say_how_much_weaker_the_weakest_block_is() -> None:
    sentence = in_words(MAPS, SharedScale.NETWORK, signed=False)
    assert "Strongest value: 1e+03 at layer4.0; at stem it is 0.5, 2,000 times weaker." in sentence
    blank = {"stem": np.zeros((2, 2), np.float32)}
    assert in_words(blank, SharedScale.OWN, signed=False) == "The map of every block is blank."


@pytest.mark.parametrize(("latest", "back"), [("", "grad-cam"), ("hires-cam", "hires-cam")])
def test_a_click_on_a_block_leads_from_pixels_to_the_latest_method_of_a_block(
    latest: str, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = {"method": "occlusion"} | ({"latest_method_of_block": latest} if latest else {})
    monkeypatch.setattr(link_state.st, "session_state", session)
    block_ladder._return_to_block()
    assert session["method"] == back
