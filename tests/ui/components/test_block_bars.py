"""Tests of explorer/ui/components/block_bars/__init__.py: positions of bars and ticks."""

from __future__ import annotations

import pytest

from explorer.ui.components.block_bars import BarSeries, BarTone, BlockBar, _entry, _Scale, _tick


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0, 480.0, 30.0], [0, 200, 400]),
        ([-64.0, 0.4], [-60, -40, -20, 0]),
        ([-30.0, 30.0], [-20, 0, 20]),
        ([0.0, 0.0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([], [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_a_scale_holds_zero_and_every_value_and_has_round_ticks(
    values: list[float], ticks: list[float]
) -> None:
    scale = _Scale.over(values, None)
    assert scale.ticks == pytest.approx(ticks)
    assert all(0 <= scale.part(value) <= 1 for value in (0.0, *values))


def test_values_beyond_a_fixed_end_are_clipped_to_it() -> None:
    scale = _Scale.over([20.0, 400.0], 100.0)
    assert (scale.part(0.0), scale.part(50.0), scale.part(400.0)) == (0.0, 0.5, 1.0)


def test_small_values_do_not_fill_the_chart() -> None:
    assert _Scale.over([-0.02, 0.01], None, least=1.0) == _Scale(-1.0, 0.01)
    assert _Scale.over([0.02], None, least=1.0) == _Scale(0.0, 1.0)
    assert _Scale.over([-7.0, 2.0], None, least=1.0) == _Scale(-7.0, 2.0)


def test_bars_reach_from_zero_up_or_down() -> None:
    scale = _Scale(-50.0, 50.0)
    series = (BarSeries("a", BarTone.QUIET), BarSeries("b", BarTone.WARM))
    entry = _entry(BlockBar("layer2.3", (25.0, -50.0), "n", "words"), series, scale)
    assert entry["bars"] == [
        {"from": 0.5, "to": 0.75, "tone": "quiet"},
        {"from": 0.0, "to": 0.5, "tone": "warm"},
    ]
    assert (entry["id"], entry["short"], entry["still"]) == ("layer2.3", "3", False)


def test_large_ticks_are_written_out() -> None:
    assert (_tick(2000.0), _tick(0.5), _tick(-20.0)) == ("2,000", "0.5", "\N{MINUS SIGN}20")
