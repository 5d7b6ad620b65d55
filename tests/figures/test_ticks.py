from __future__ import annotations

import pytest

from explorer.figures.ticks import round_ticks


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (30, 900, ["20", "50", "100", "200", "500", "1,000"]),
        (0.07, 0.3, ["0.05", "0.1", "0.2", "0.5"]),
        (20, 200, ["20", "50", "100", "200"]),
        (1, 1, ["1"]),
    ],
)
def test_ticks_are_round_and_reach_around_the_values(
    low: float, high: float, written: list[str]
) -> None:
    ticks = round_ticks(low, high)
    assert [text for _, text in ticks] == written
    assert ticks[0][0] <= low
    assert ticks[-1][0] >= high
