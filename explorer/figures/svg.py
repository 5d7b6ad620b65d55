"""Small line drawings as SVG; whoever shows them colours them with a style sheet, in any theme."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from html import escape

Point = tuple[float, float]

HEAD = 5.0  # length of an arrow's head


class Tone(StrEnum):
    """What a line or a shape stands for; its value is the class in the style sheet."""

    INK = "ink"
    QUIET = "quiet"
    ACCENT = "accent"
    WARM = "warm"


class Drawing:
    """A drawing that is added to, shape by shape; x runs to the right, y downwards."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._shapes: list[str] = []

    def svg(self, alt: str) -> str:
        """Return it as an SVG element, with what it shows in words."""
        box = f"0 0 {_short(self.width)} {_short(self.height)}"
        return (
            f'<svg class="drawing" viewBox="{box}" role="img" aria-label="{escape(alt)}">'
            f"{''.join(self._shapes)}</svg>"
        )

    def box(
        self, at: Point, size: Point, label: str = "", tone: Tone = Tone.INK, solid: bool = False
    ) -> Drawing:
        """Add a box with a label in its middle.

        Args:
            at: the upper left corner.
            size: width and height.
            label: what stands in it.
            tone: of its outline, or of all of it.
            solid: whether it is filled.
        """
        (x, y), (width, height) = at, size
        kind = "solid" if solid else "box"
        self._add(
            f'<rect class="{kind} {tone}" x="{_short(x)}" y="{_short(y)}" '
            f'width="{_short(width)}" height="{_short(height)}" rx="2"/>'
        )
        return self.text((x + width / 2, y + height / 2 + 3), label) if label else self

    def text(
        self, at: Point, words: str, tone: Tone = Tone.INK, size: float = 9, anchor: str = "middle"
    ) -> Drawing:
        """Add words on a baseline that begins, ends or has its middle at a point."""
        return self._add(
            f'<text class="{tone}" x="{_short(at[0])}" y="{_short(at[1])}" '
            f'font-size="{_short(size)}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def line(self, points: Iterable[Point], tone: Tone = Tone.INK, dashed: bool = False) -> Drawing:
        """Add a line through points."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        return self._add(
            f'<polyline class="line {tone}{" dashed" if dashed else ""}" points="{path}"/>'
        )

    def arrow(
        self, points: Sequence[Point], tone: Tone = Tone.INK, dashed: bool = False
    ) -> Drawing:
        """Add a line through points that ends in an arrow's head."""
        (x0, y0), (x, y) = points[-2:]
        way = math.atan2(y - y0, x - x0)
        neck = (x - HEAD * math.cos(way), y - HEAD * math.sin(way))
        self.line([*points[:-1], neck], tone, dashed)
        sides = [
            (neck[0] + 3 * math.cos(way + turn), neck[1] + 3 * math.sin(way + turn))
            for turn in (math.pi / 2, -math.pi / 2)
        ]
        return self.area([(x, y), *sides], tone)

    def area(self, points: Iterable[Point], tone: Tone = Tone.INK) -> Drawing:
        """Add a filled polygon."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        return self._add(f'<polygon class="solid {tone}" points="{path}"/>')

    def dot(self, at: Point, radius: float = 2.5, tone: Tone = Tone.INK) -> Drawing:
        """Add a disc."""
        return self._add(
            f'<circle class="solid {tone}" cx="{_short(at[0])}" cy="{_short(at[1])}" '
            f'r="{_short(radius)}"/>'
        )

    def sign(self, at: Point, sign: str, tone: Tone = Tone.INK) -> Drawing:
        """Add a circle with a sign in it: where two paths become one."""
        x, y = at
        self._add(f'<circle class="box {tone}" cx="{_short(x)}" cy="{_short(y)}" r="6"/>')
        return self.text((x, y + 3), sign)

    def cells(
        self, at: Point, rows: Sequence[Sequence[float]], side: float, tone: Tone = Tone.ACCENT
    ) -> Drawing:
        """Add a map of square cells, whose values 0..1 are how strongly they are filled."""
        x, y = at
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                self._add(
                    f'<rect class="cell {tone}" x="{_short(x + j * side)}" '
                    f'y="{_short(y + i * side)}" width="{_short(side)}" height="{_short(side)}" '
                    f'fill-opacity="{_short(value)}"/>'
                )
        return self

    def bars(
        self, at: Point, values: Sequence[float], size: Point, strong: Iterable[int] = ()
    ) -> Drawing:
        """Add upright bars on a line, heights 0..1; the strong ones have the accent."""
        (x, y), (width, height) = at, size
        step = width / len(values)
        for i, value in enumerate(values):
            tone = Tone.ACCENT if i in set(strong) else Tone.QUIET
            self.box(
                (x + i * step + 1, y - value * height),
                (step - 2, value * height),
                tone=tone,
                solid=True,
            )
        return self.line([(x, y), (x + width, y)])

    def _add(self, shape: str) -> Drawing:
        self._shapes.append(shape)
        return self


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
