"""Small line drawings as SVG; a style sheet of the page gives them their colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from html import escape

Point = tuple[float, float]

HEAD = 5.0  # length of an arrow's head, in units of the drawing


class Tone(StrEnum):
    """The role of a line or a shape; the value is the CSS class that gives its colour."""

    INK = "ink"
    QUIET = "quiet"
    ACCENT = "accent"
    WARM = "warm"


class Drawing:
    """A drawing to which shapes are added; x increases to the right, y downwards."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._shapes: list[str] = []

    def svg(self, alt: str) -> str:
        """Return the drawing as an SVG element with a text alternative."""
        box = f"0 0 {_fixed(self.width)} {_fixed(self.height)}"
        return (
            f'<svg class="drawing" viewBox="{box}" role="img" aria-label="{escape(alt)}">'
            f"{''.join(self._shapes)}</svg>"
        )

    def box(
        self, at: Point, size: Point, label: str = "", tone: Tone = Tone.INK, solid: bool = False
    ) -> Drawing:
        """Add a box with a label in its centre.

        Args:
            at: the upper left corner.
            size: the width and height.
            label: the text in the box; "" for none.
            tone: the tone of the outline, or of the whole box if it is filled.
            solid: whether the box is filled.
        """
        (x, y), (width, height) = at, size
        kind = "solid" if solid else "box"
        self._add(
            f'<rect class="{kind} {tone}" x="{_fixed(x)}" y="{_fixed(y)}" '
            f'width="{_fixed(width)}" height="{_fixed(height)}" rx="2"/>'
        )
        return self.text((x + width / 2, y + height / 2 + 3), label) if label else self

    def text(
        self, at: Point, words: str, tone: Tone = Tone.INK, size: float = 9, anchor: str = "middle"
    ) -> Drawing:
        """Add a line of text whose baseline starts, ends or is centred at a point."""
        return self._add(
            f'<text class="{tone}" x="{_fixed(at[0])}" y="{_fixed(at[1])}" '
            f'font-size="{_fixed(size)}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def line(self, points: Iterable[Point], tone: Tone = Tone.INK, dashed: bool = False) -> Drawing:
        """Add a line through points."""
        path = " ".join(f"{_fixed(x)},{_fixed(y)}" for x, y in points)
        return self._add(
            f'<polyline class="line {tone}{" dashed" if dashed else ""}" points="{path}"/>'
        )

    def arrow(
        self, points: Sequence[Point], tone: Tone = Tone.INK, dashed: bool = False
    ) -> Drawing:
        """Add a line through points that ends in an arrowhead."""
        (x0, y0), (x, y) = points[-2:]
        angle = math.atan2(y - y0, x - x0)
        base = (x - HEAD * math.cos(angle), y - HEAD * math.sin(angle))
        self.line([*points[:-1], base], tone, dashed)
        sides = [
            (base[0] + 3 * math.cos(angle + offset), base[1] + 3 * math.sin(angle + offset))
            for offset in (math.pi / 2, -math.pi / 2)
        ]
        return self.area([(x, y), *sides], tone)

    def area(self, points: Iterable[Point], tone: Tone = Tone.INK) -> Drawing:
        """Add a filled polygon."""
        path = " ".join(f"{_fixed(x)},{_fixed(y)}" for x, y in points)
        return self._add(f'<polygon class="solid {tone}" points="{path}"/>')

    def dot(self, at: Point, radius: float = 2.5, tone: Tone = Tone.INK) -> Drawing:
        """Add a filled circle."""
        return self._add(
            f'<circle class="solid {tone}" cx="{_fixed(at[0])}" cy="{_fixed(at[1])}" '
            f'r="{_fixed(radius)}"/>'
        )

    def sign(self, at: Point, sign: str, tone: Tone = Tone.INK) -> Drawing:
        """Add a circle with a sign in it, for the point where two paths meet."""
        x, y = at
        self._add(f'<circle class="box {tone}" cx="{_fixed(x)}" cy="{_fixed(y)}" r="6"/>')
        return self.text((x, y + 3), sign)

    def cells(
        self, at: Point, rows: Sequence[Sequence[float]], side: float, tone: Tone = Tone.ACCENT
    ) -> Drawing:
        """Add a map of square cells; their values, 0..1, are the opacities of their fill."""
        x, y = at
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                self._add(
                    f'<rect class="cell {tone}" x="{_fixed(x + j * side)}" '
                    f'y="{_fixed(y + i * side)}" width="{_fixed(side)}" height="{_fixed(side)}" '
                    f'fill-opacity="{_fixed(value)}"/>'
                )
        return self

    def bars(
        self, at: Point, values: Sequence[float], size: Point, strong: Iterable[int] = ()
    ) -> Drawing:
        """Add vertical bars on a baseline, heights 0..1; those in `strong` have the accent tone."""
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


def _fixed(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
