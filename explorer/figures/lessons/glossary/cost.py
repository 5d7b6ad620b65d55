"""Pictures of terms about the accuracy and the cost of a network."""

from __future__ import annotations

from collections.abc import Callable

from explorer.figures.lessons.glossary.canvas import BOTTOM, MIDDLE, axes, blank, curve
from explorer.figures.svg import Drawing, Tone

_MEMORY = (0.2, 0.4, 0.3, 0.8, 0.5, 0.95, 0.6, 0.4, 0.25)


def _top_1() -> Drawing:
    drawing = blank()
    for i, width in enumerate((60, 40, 28, 18, 10)):
        tone = Tone.ACCENT if i == 0 else Tone.QUIET
        drawing.box((26, 8 + 12 * i), (width, 8), tone=tone, solid=True)
    drawing.text((17, 15), "1", Tone.ACCENT)
    return drawing.line([(98, 8), (104, 8), (104, 64), (98, 64)]).text((112, 39), "5")


def _mean_per_class() -> Drawing:
    drawing, x = blank().line([(6, 58), (114, 58)]), 8.0
    for width, height in ((26, 44), (12, 34), (5, 14)):
        drawing.box((x, 58 - height), (width, height), tone=Tone.QUIET, solid=True)
        x += width + 2
    for i, height in enumerate((44, 34, 14)):
        drawing.box((70 + 15 * i, 58 - height), (12, height), tone=Tone.ACCENT, solid=True)
    return drawing


def _imagenet() -> Drawing:
    rows = [[((3 * i + 5 * j) % 7) / 8 + 0.1 for j in range(13)] for i in range(6)]
    return blank().cells((8, 6), rows, 8).text((60, 66), "1,000 categories")


def _multiply_adds() -> Drawing:
    drawing = blank()
    for i in range(3):
        y = 12 + 22 * i
        drawing.cells((10, y - 6), [[0.3 + 0.2 * i]], 12).text((32, y + 3), "×", size=11)  # noqa: RUF001
        drawing.cells((42, y - 6), [[0.8 - 0.2 * i]], 12, Tone.WARM)
        drawing.line([(58, y), (82, MIDDLE)], Tone.QUIET)
    return drawing.sign((89, MIDDLE), "+").arrow([(95, MIDDLE), (112, MIDDLE)])


def _parameters() -> Drawing:
    drawing = blank().box((24, 8), (72, 56), tone=Tone.ACCENT)
    for i, row in enumerate(("0.12", "−0.40", "0.03")):  # noqa: RUF001
        drawing.text((60, 25 + 15 * i), f"{row}   …", size=9)
    return drawing


def _latency() -> Drawing:
    drawing = blank().line([(8, 50), (112, 50)]).line([(8, 44), (8, 56)])
    drawing.box((62, 28), (26, 14), tone=Tone.ACCENT).line([(72, 28), (72, 42)], Tone.ACCENT)
    drawing.line([(50, 35), (62, 35)], Tone.QUIET).line([(88, 35), (104, 35)], Tone.QUIET)
    return drawing.line([(72, 42), (72, 56)], Tone.ACCENT).text((72, 66), "median ms", size=8)


def _throughput() -> Drawing:
    drawing = curve(axes(blank()), lambda t: 0.95 * t / (t + 0.15))
    return drawing.text((62, 71), "batch size", size=8)


def _peak_memory() -> Drawing:
    drawing = axes(blank())
    points = [(18 + 11 * i, BOTTOM - 2 - 46 * value) for i, value in enumerate(_MEMORY)]
    drawing.line(points, Tone.INK).dot(points[5], 3.5, Tone.ACCENT)
    return drawing.line([(14, points[5][1]), (112, points[5][1])], Tone.ACCENT, dashed=True)


def _pareto_front() -> Drawing:
    drawing = axes(blank())
    best = [(24.0, 50.0), (38.0, 32.0), (62.0, 20.0), (98.0, 13.0)]
    drawing.line(best, Tone.ACCENT, dashed=True)
    for point in best:
        drawing.dot(point, 3.5, Tone.ACCENT)
    for point in ((52, 44), (76, 38), (92, 30), (100, 50)):
        drawing.dot(point, 3, Tone.QUIET)
    return drawing


PICTURES: dict[str, Callable[[], Drawing]] = {
    "top-1": _top_1,
    "mean-per-class": _mean_per_class,
    "imagenet": _imagenet,
    "multiply-adds": _multiply_adds,
    "parameters": _parameters,
    "latency": _latency,
    "throughput": _throughput,
    "peak-memory": _peak_memory,
    "pareto-front": _pareto_front,
}
