"""What no other choice beats in everything."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]


def front(points: Sequence[Point], low_is_good: tuple[bool, bool] = (True, False)) -> list[int]:
    """Find the points that no other point beats.

    A point is beaten by one that is at least as good in both values and better in one.

    Args:
        points: pairs of values, e.g. milliseconds and % of top-1.
        low_is_good: for each value of a pair, whether a smaller one is better.

    Returns:
        The places of these points in `points`, from the smallest first value to the largest.
    """
    signs = tuple(1 if low else -1 for low in low_is_good)
    costs = [(signs[0] * x, signs[1] * y) for x, y in points]
    kept = [at for at, cost in enumerate(costs) if not any(_beats(other, cost) for other in costs)]
    return sorted(kept, key=lambda at: points[at])


def _beats(one: Point, other: Point) -> bool:
    return one != other and one[0] <= other[0] and one[1] <= other[1]
