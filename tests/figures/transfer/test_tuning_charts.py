"""Tests of explorer/figures/transfer/tuning_charts.py."""

from __future__ import annotations

import pytest

from explorer.figures.transfer import tuning_charts
from explorer.transfer.tuning_epoch import Score, TuningEpoch
from explorer.transfer.what_it_learned import LinkChange


def epoch(number: int, learn: float | None, choose: float | None, best: bool) -> TuningEpoch:
    scores = (None if share is None else Score(1.0, share) for share in (learn, choose))
    return TuningEpoch(number, 3, *scores, 1.0, best)


def test_both_curves_are_drawn_and_the_epoch_that_is_kept_is_marked() -> None:
    epochs = [epoch(0, 0.5, 0.4, True), epoch(1, 0.9, 0.6, True), epoch(2, 1.0, 0.5, False)]
    figure = tuning_charts.curves(epochs, 3)
    learn, choose, kept = figure.data
    assert list(learn.y) == pytest.approx([50, 90, 100])
    assert list(choose.y) == pytest.approx([40, 60, 50])
    assert (list(kept.x), list(kept.y)) == ([1], [60])
    assert figure.layout.xaxis.range[1] > 3


def test_without_photos_to_choose_on_there_is_one_curve_and_no_mark() -> None:
    (only,) = tuning_charts.curves([epoch(1, 0.5, None, True)], 3).data
    assert only.name == "photos to learn from"


def test_two_trainings_differ_in_the_style_of_their_lines() -> None:
    one = [epoch(0, 0.5, 0.4, True)]
    dashes = [line.line.dash for line in tuning_charts.compared(one, one).data]
    assert dashes == ["dot", "dot", "solid", "solid"]


def test_statistics_are_drawn_only_if_any_moved() -> None:
    still = (LinkChange("stem", 0.0, 0.0), LinkChange("layer4.1", 0.02, 0.0))
    (weights,) = tuning_charts.moved(still).data
    assert list(weights.y) == [0, 2]
    assert len(tuning_charts.moved((LinkChange("stem", 0.1, 0.3),)).data) == 2
