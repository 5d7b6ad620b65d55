"""Pictures of terms about transfer learning, and about checking what was learned."""

from __future__ import annotations

from collections.abc import Callable

from explorer.figures.lessons.glossary.canvas import BOTTOM, MIDDLE, axes, blank, curve
from explorer.figures.svg import Drawing, Tone


def _transfer_learning() -> Drawing:
    drawing = blank()
    for y, last in ((8, Tone.INK), (44, Tone.ACCENT)):
        for i in range(3):
            drawing.box((14 + 22 * i, y), (16, 20), tone=Tone.QUIET, solid=True)
        drawing.box((86, y), (18, 20), tone=last, solid=last is Tone.ACCENT)
    return drawing.arrow([(44, 30), (44, 42)])


def _frozen_features() -> Drawing:
    drawing = blank()
    for i in range(3):
        drawing.box((10 + 22 * i, 22), (16, 28), tone=Tone.QUIET, solid=True)
    drawing.line([(6, 60), (74, 60)], Tone.WARM).line([(6, 12), (74, 12)], Tone.WARM)
    drawing.arrow([(74, MIDDLE), (92, MIDDLE)])
    return drawing.cells((96, 16), [[0.2], [0.8], [0.4], [0.1], [0.6]], 8)


def _linear_probe() -> Drawing:
    drawing = axes(blank()).line([(30, 12), (92, 58)])
    for point in ((28, 34), (40, 48), (26, 52), (54, 52)):
        drawing.dot((float(point[0]), float(point[1])), 3, Tone.ACCENT)
    for point in ((62, 16), (80, 30), (98, 42), (92, 16)):
        drawing.dot((float(point[0]), float(point[1])), 3, Tone.WARM)
    return drawing


def _fine_tuning() -> Drawing:
    drawing = curve(axes(blank()), lambda t: 0.1 + 3.2 * (t - 0.55) ** 2, Tone.QUIET)
    drawing.dot((52.4, 49.5), 3.5, Tone.WARM).dot((67.7, 55.2), 3.5, Tone.ACCENT)
    return drawing.arrow([(50, 40), (66, 46)], Tone.ACCENT)


def _cross_validation() -> Drawing:
    drawing = blank()
    for row, marked in enumerate((0, 2, 4)):
        for i in range(5):
            tone = Tone.ACCENT if i == marked else Tone.QUIET
            drawing.box((14 + 19 * i, 8 + 20 * row), (16, 15), tone=tone, solid=i == marked)
    return drawing


def _confidence_interval() -> Drawing:
    drawing = blank().line([(10, BOTTOM), (112, BOTTOM)], Tone.QUIET)
    for y, half, tone in ((22, 40, Tone.WARM), (44, 12, Tone.ACCENT)):
        low, high = 62 - half, 62 + half
        drawing.line([(low, y), (high, y)], tone).dot((62, y), 3.5, tone)
        drawing.line([(low, y - 4), (low, y + 4)], tone).line([(high, y - 4), (high, y + 4)], tone)
    return drawing


def _near_duplicate() -> Drawing:
    drawing = blank().line([(60, 6), (60, 66)], Tone.WARM, dashed=True)
    drawing.box((10, 16), (40, 40)).area([(16, 50), (30, 24), (38, 50)], Tone.ACCENT)
    return drawing.box((70, 16), (40, 40)).area([(78, 50), (92, 25), (100, 50)], Tone.ACCENT)


PICTURES: dict[str, Callable[[], Drawing]] = {
    "transfer-learning": _transfer_learning,
    "frozen-features": _frozen_features,
    "linear-probe": _linear_probe,
    "fine-tuning": _fine_tuning,
    "cross-validation": _cross_validation,
    "confidence-interval": _confidence_interval,
    "near-duplicate": _near_duplicate,
}
