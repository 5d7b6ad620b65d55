"""Tests of the sentences in lesion_switch.py and lesion_sweep.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.explain.analysis import Prediction
from explorer.ui.blocks.lesion_sweep import _in_words, _points
from explorer.ui.blocks.lesion_switch import _listed, in_words
from explorer.ui.explain.block_findings import LesionOutcome

MINUS = "\N{MINUS SIGN}"


def outcome(first: str, target: float) -> LesionOutcome:
    """Return an outcome with a best class and a probability of car_side."""
    best = Prediction(len(first), first, 0.5)
    return LesionOutcome((best,), Prediction(0, "car_side", target), np.zeros((1, 1), np.float32))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            outcome("bass", 0.9),
            outcome("bass", 0.2),
            "falls from 90.0\N{NO-BREAK SPACE}% to 20.0\N{NO-BREAK SPACE}%; the",
        ),
        (
            outcome("bass", 0.1),
            outcome("bass", 0.2),
            "rises from 10.0\N{NO-BREAK SPACE}% to 20.0\N{NO-BREAK SPACE}%",
        ),
        (outcome("bass", 0.2), outcome("bass", 0.20001), "stays at 20.0\N{NO-BREAK SPACE}%"),
        (outcome("bass", 0.9), outcome("bass", 0.2), "first guess is still bass."),
        (outcome("bass", 0.9), outcome("sea_horse", 0), "is now sea horse instead of bass."),
    ],
)
def test_what_a_cut_does_is_said_in_one_sentence(
    before: LesionOutcome, after: LesionOutcome, words: str
) -> None:
    sentence = in_words(("layer1.0",), before, after)
    assert sentence.startswith("Without layer1.0, car side ")
    assert words in sentence


def test_blocks_are_listed_or_counted() -> None:
    assert _listed(("a",)) == "a"
    assert _listed(("a", "b", "c")) == "a, b and c"
    assert _listed(tuple("abcde")) == "5 blocks"


@pytest.mark.parametrize(
    ("change", "written"),
    [(0.04, "0"), (-0.04, "0"), (-6.55, f"{MINUS}6.5"), (12.4, "+12"), (-64.2, f"{MINUS}64")],
)
def test_a_change_has_a_sign_unless_it_is_none(change: float, written: str) -> None:
    assert _points(change) == written


def test_the_sweep_names_the_block_that_is_needed_most() -> None:
    sentence = _in_words({"layer1.0": -2.0, "layer1.1": -60.0, "layer2.0": 0.3}, 0.8)
    assert sentence == (
        "Each block switched off in turn: change in points, from 80.0\N{NO-BREAK SPACE}%. "
        f"layer1.1 is needed most ({MINUS}60), layer2.0 least."
    )
    assert "No single block is needed" in _in_words({"layer1.0": 0.0, "layer1.1": 3.0}, 0.8)
