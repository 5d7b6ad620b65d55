"""Shared parts of the glossary's pictures: their size and shapes that occur in several."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from explorer.figures.svg import Drawing, Point, Tone

WIDTH, HEIGHT = 120.0, 72.0
MIDDLE = HEIGHT / 2
BOTTOM = 62.0  # y of the horizontal axis of charts
BLOB = tuple(  # a map with one bright spot, values 0..1
    tuple(round(math.exp(-((i - 2) ** 2 + (j - 2.4) ** 2) / 2.2), 2) for j in range(6))
    for i in range(5)
)


def blank() -> Drawing:
    """Return an empty picture."""
    return Drawing(WIDTH, HEIGHT)


def block(
    labels: Sequence[str] = ("F",),
    path: Tone = Tone.INK,
    arc: Tone = Tone.INK,
    dashed: bool = False,
) -> Drawing:
    """Draw a block: layers with a shortcut around them, and their sum."""
    drawing = _branch(blank(), labels, path)
    drawing.line([(14, 46), (14, 18), (101, 18)], arc, dashed)
    drawing.arrow([(101, 18), (101, 39.5)], arc, dashed)
    return drawing.sign((101, 46), "+").text((6, 49), "x")


def _branch(drawing: Drawing, labels: Sequence[str], tone: Tone) -> Drawing:
    gap = 8.0
    width = (76 - gap * (len(labels) + 1)) / len(labels)
    x = 14.0
    for label in labels:
        drawing.arrow([(x, 46), (x + gap, 46)], tone)
        drawing.box((x + gap, 36), (width, 20), label, tone)
        x += gap + width
    drawing.arrow([(x, 46), (95, 46)], tone)
    return drawing.arrow([(107, 46), (118, 46)])


def stack(drawing: Drawing, at: Point, side: float, count: int, tone: Tone = Tone.INK) -> Drawing:
    """Add overlapping squares that stand for the channels of a feature map."""
    x, y = at
    for i in reversed(range(count)):
        drawing.box((x + 3 * i, y - 3 * i), (side, side), tone=tone)
    return drawing


def axes(drawing: Drawing) -> Drawing:
    """Add a horizontal and a vertical axis."""
    return drawing.line([(14, 8), (14, BOTTOM), (112, BOTTOM)], Tone.QUIET)


def curve(
    drawing: Drawing,
    height: Callable[[float], float],
    tone: Tone = Tone.ACCENT,
    dashed: bool = False,
) -> Drawing:
    """Add the curve of a function from 0..1 to 0..1 to the axes."""
    steps = [i / 24 for i in range(25)]
    points = [(16 + 94 * t, BOTTOM - 2 - 48 * height(t)) for t in steps]
    return drawing.line(points, tone, dashed)
