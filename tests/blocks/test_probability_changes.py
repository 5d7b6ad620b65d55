"""Tests of explorer/blocks/probability_changes.py."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.blocks.probability_changes import ProbabilityChange, probability_changes

LABELS = tuple("abcdefgh")


def test_the_best_afterwards_come_first_then_those_that_dropped_out() -> None:
    before = np.array([0.5, 0.2, 0.1, 0.09, 0.08, 0.01, 0.01, 0.01], np.float32)
    after = np.array([0.02, 0.4, 0.3, 0.1, 0.08, 0.05, 0.03, 0.02], np.float32)
    changes = probability_changes(before, after, LABELS, asked=7)
    assert "".join(change.label for change in changes) == "bcdefah"
    assert changes[0].points == pytest.approx(20)


def test_nothing_is_named_twice() -> None:
    same = np.linspace(0.3, 0, 8, dtype=np.float32)
    assert [change.label for change in probability_changes(same, same, LABELS, asked=0)] == list(
        "abcde"
    )
    assert ProbabilityChange("a", 0.25, 0.25).points == 0
