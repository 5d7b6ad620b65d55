"""Where the labels of a chart stand: beside their marks, clear of all that is drawn.

The drawing has no fixed size, so the places are chosen for a narrow one, as on a phone: labels that
are clear of each other there are clear of each other on anything wider.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.figures.chart import Mark, Side

NARROW = (290.0, 330.0)  # width and height of the axes in pixels
LETTER, LINE = 6.2, 13.0  # pixels; width of a letter and height of a line of a label
RADIUS, RING, GAP = 6.0, 12.0, 3.0  # pixels; of a mark, of the ring around the best, and beside it
_ROUNDS = 3  # over all labels, as each may make space for another
_STEP = 4.0  # pixels between the points by which a line is represented
_COSTS = {"label": 40.0, "mark": 12.0, "outside": 30.0, "line": 3.0, "bar": 2.0}

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two rectangles have an area in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def count(self, points: Points) -> int:
        """Return how many of some points, shape (n, 2), lie in the rectangle."""
        inside = (points > (self.left, self.bottom)) & (points < (self.right, self.top))
        return int(inside.all(axis=1).sum())


def placed(
    marks: Sequence[Mark],
    front: Sequence[tuple[float, float]],
    multiples: bool,
    size: tuple[float, float] = NARROW,
) -> list[Mark]:
    """Choose the side of its mark at which each label stands.

    Args:
        marks: the marks of the chart.
        front: points that a line joins, in the units of the axes.
        multiples: whether the horizontal axis is logarithmic.
        size: width and height of the axes in pixels.

    Returns:
        The marks in their order, each with its side; without its label if that finds no room.
    """
    if not marks:
        return []
    scale = _Scale.of(marks, multiples, size)
    centres = [scale.pixels(mark.x, mark.y) for mark in marks]
    bodies = [_body(centre, mark) for centre, mark in zip(centres, marks, strict=True)]
    lines = _dotted([scale.pixels(x, y) for x, y in front])
    bars = np.concatenate([_bar(mark, scale) for mark in marks])
    sides: dict[int, Side] = {}
    boxes: dict[int, Box] = {}
    long_ones_first = sorted(range(len(marks)), key=lambda at: -len(marks[at].label))
    for at in long_ones_first * _ROUNDS:
        others = [box for i, box in boxes.items() if i != at and marks[i].label]
        choices = {side: label_box(centres[at], marks[at], side) for side in Side}
        costs = {
            side: _cost(box, others, bodies, lines, bars, size) for side, box in choices.items()
        }
        sides[at] = min(costs, key=costs.__getitem__)
        boxes[at] = choices[sides[at]]
    order = range(len(marks))
    return _without_collisions(marks, [sides[at] for at in order], [boxes[at] for at in order])


def _without_collisions(
    marks: Sequence[Mark], sides: Sequence[Side], boxes: Sequence[Box]
) -> list[Mark]:
    """Leave out the label that finds no room; the mark has its name in the tooltip."""
    clear: list[Box] = []
    result = []
    for mark, side, box in zip(marks, sides, boxes, strict=True):
        is_clear = not any(box.overlaps(other) for other in clear)
        if is_clear:
            clear.append(box)
        result.append(replace(mark, side=side, label=mark.label if is_clear else ""))
    return result


def label_box(centre: tuple[float, float], mark: Mark, side: Side) -> Box:
    """Return the rectangle that a label takes at one side of its mark."""
    width, (x, y) = LETTER * len(mark.label), centre
    reach = (RING if mark.best else RADIUS) + GAP
    across, up = side.value
    left = x - width / 2 + across * (width / 2 + reach)
    bottom = y - LINE / 2 + up * (LINE / 2 + reach)
    return Box(left, bottom, left + width, bottom + LINE)


@dataclass(frozen=True)
class _Scale:
    """The mapping from values to pixels, with a margin around all marks."""

    low: tuple[float, float]
    spans: tuple[float, float]
    multiples: bool
    size: tuple[float, float]

    @classmethod
    def of(cls, marks: Sequence[Mark], multiples: bool, size: tuple[float, float]) -> _Scale:
        xs = [math.log(mark.x) if multiples else mark.x for mark in marks]
        ys = [mark.y for mark in marks]
        spans = (max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0)
        return cls((min(xs), min(ys)), spans, multiples, size)

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        across = (math.log(x) if self.multiples else x) - self.low[0]
        shares = across / self.spans[0], (y - self.low[1]) / self.spans[1]
        margins = [0.07 * side for side in self.size]
        return tuple(  # type: ignore[return-value]
            margin + share * (side - 2 * margin)
            for share, side, margin in zip(shares, self.size, margins, strict=True)
        )


def _body(centre: tuple[float, float], mark: Mark) -> Box:
    (x, y), radius = centre, RING if mark.best else RADIUS
    return Box(x - radius, y - radius, x + radius, y + radius)


def _bar(mark: Mark, scale: _Scale) -> Points:
    """Return points of the error bars of a mark."""
    ends = []
    if mark.x_span:
        ends.append([scale.pixels(x, mark.y) for x in mark.x_span])
    if mark.y_span:
        ends.append([scale.pixels(mark.x, y) for y in mark.y_span])
    return np.concatenate([np.empty((0, 2)), *map(_dotted, ends)])


def _dotted(corners: Sequence[tuple[float, float]]) -> Points:
    """Return points on the line through some corners, a few pixels apart."""
    parts = [np.empty((0, 2))]
    for start, end in pairwise(corners):
        count = max(2, round(math.dist(start, end) / _STEP))
        parts.append(np.linspace(start, end, count))
    return np.concatenate(parts)


def _cost(
    box: Box,
    labels: Sequence[Box],
    bodies: Sequence[Box],
    lines: Points,
    bars: Points,
    size: tuple[float, float],
) -> float:
    """Return how much a label at one place hides, and how much hides it."""
    outside = box.left < 0 or box.right > size[0] or box.bottom < 0 or box.top > size[1] + LINE
    counts = {
        "label": sum(box.overlaps(label) for label in labels),
        "mark": sum(box.overlaps(body) for body in bodies),
        "outside": int(outside),
        "line": box.count(lines),
        "bar": box.count(bars),
    }
    return sum(_COSTS[kind] * count for kind, count in counts.items())
