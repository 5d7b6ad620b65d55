from __future__ import annotations

import pytest

from explorer.costs.advisor import Budget, Candidate, advise

SMALL = Candidate("Small", 10.0, 45.0, 300.0, 70.0)
MIDDLE = Candidate("Middle", 25.0, 100.0, 400.0, 76.0)
LARGE = Candidate("Large", 60.0, 240.0, None, 78.0)
ALL = (LARGE, SMALL, MIDDLE)


def test_without_limits_the_most_accurate_is_the_best() -> None:
    advice = advise(ALL, Budget())
    assert advice.fitting == (LARGE, MIDDLE, SMALL)
    assert advice.sentence == (
        "3 of 3 fit: take Large, 78.0 % top-1 in 60.0 ms and 240 MB; none is more accurate."
    )


def test_the_best_that_fits_is_named_with_what_keeps_the_next_one_out() -> None:
    advice = advise(ALL, Budget(latency_ms=30, size_mb=150, top1=60))
    assert advice.best == MIDDLE
    assert advice.fitting == (MIDDLE, SMALL)
    assert advice.sentence == (
        "2 of 3 fit: take Middle, 76.0 % top-1 in 25.0 ms and 100 MB; the next more accurate, "
        "Large (78.0 %), has 60.0 ms latency instead of 30.0 ms and 240 MB size instead of 150 MB."
    )


@pytest.mark.parametrize("limit", [{"latency_ms": 25.0}, {"size_mb": 100.0}, {"top1": 76.0}])
def test_a_limit_may_be_used_up(limit: dict[str, float]) -> None:
    assert MIDDLE in advise(ALL, Budget(**limit)).fitting


def test_what_nobody_measured_keeps_no_limit() -> None:
    advice = advise(ALL, Budget(memory_mb=1000))
    assert LARGE not in advice.fitting
    assert "Large (78.0 %), has no measured memory" in advice.sentence


def test_none_fits_says_which_single_limit_would_have_to_give_and_how_far() -> None:
    advice = advise(ALL, Budget(latency_ms=20, top1=75))
    assert advice.best is None
    assert advice.sentence == (
        "None fits: allow 25.0 ms latency instead of 20.0 ms (Middle) "
        "or accept 70.0 % top-1 instead of 75.0 % (Small)."
    )


def test_each_way_out_makes_something_fit() -> None:
    assert advise(ALL, Budget(latency_ms=25, top1=75)).best == MIDDLE
    assert advise(ALL, Budget(latency_ms=20, top1=70)).best == SMALL


def test_where_no_single_limit_is_enough_the_closest_is_named_with_all_it_breaks() -> None:
    advice = advise(ALL, Budget(latency_ms=9, size_mb=44, top1=60))
    assert advice.sentence == (
        "None fits. The closest, Small, has 10.0 ms latency instead of 9.0 ms "
        "and 45 MB size instead of 44 MB."
    )


def test_of_equals_the_fastest_is_the_best() -> None:
    slower = Candidate("Slower", 11.0, 45.0, 300.0, 70.0)
    assert advise((slower, SMALL), Budget()).best == SMALL
