"""Pictures of terms about predictions and their explanations."""

from __future__ import annotations

from collections.abc import Callable

from explorer.figures.lessons.glossary.canvas import BLOB, MIDDLE, axes, blank, curve
from explorer.figures.svg import Drawing, Tone

_NOISE = [[((7 * i + 5 * j * j + i * j) % 11) / 14 for j in range(9)] for i in range(8)]


def _bars(drawing: Drawing, at: float, values: tuple[float, ...], zero: float) -> Drawing:
    """Add vertical bars above and below a baseline at y = `zero`."""
    for i, value in enumerate(values):
        tone = Tone.ACCENT if value == max(values) else Tone.QUIET
        top = zero - max(value, 0)
        drawing.box((at + 11 * i, top), (8, abs(value)), tone=tone, solid=True)
    return drawing.line([(at - 3, zero), (at + 11 * len(values), zero)])


def _logit() -> Drawing:
    return _bars(blank(), 34, (30, 8, -14, 14, -6), 44)


def _softmax() -> Drawing:
    drawing = _bars(blank(), 8, (24, 6, -14, 10), 40).arrow([(56, MIDDLE), (68, MIDDLE)])
    return _bars(drawing, 74, (44, 9, 2, 12), 58)


def _calibration() -> Drawing:
    drawing = axes(blank()).line([(16, 60), (110, 12)], Tone.QUIET, dashed=True)
    curve(drawing, lambda t: t**2.4, Tone.WARM)
    return curve(drawing, lambda t: t**1.2)


def _target_class() -> Drawing:
    drawing = blank()
    for i, width in enumerate((70, 44, 22)):
        tone = Tone.ACCENT if i == 1 else Tone.QUIET
        drawing.box((22, 12 + 18 * i), (width, 11), tone=tone, solid=True)
    return drawing.arrow([(6, 35.5), (19, 35.5)], Tone.ACCENT)


def _heatmap() -> Drawing:
    drawing = blank().box((22, 6), (76, 60)).area([(30, 60), (48, 30), (62, 60)], Tone.QUIET)
    return drawing.cells((50, 14), BLOB, 8)


def _grad_cam() -> Drawing:
    drawing = blank()
    for i, (weight, rows) in enumerate((("0.9", BLOB), ("−0.2", BLOB[::-1]))):  # noqa: RUF001
        y = 6 + 33 * i
        drawing.text((12, y + 17), weight, size=8).text((25, y + 17), "·")
        drawing.cells((29, y), rows, 5.4)
    drawing.text((67, 39), "=", size=12)
    return drawing.cells((76, 18), BLOB, 6.6, Tone.WARM)


def _hires_cam() -> Drawing:
    products = [[a * b for a, b in zip(row, row[::-1], strict=True)] for row in BLOB]
    drawing = blank().cells((2, 23), BLOB, 5.2).sign((40, MIDDLE), "×")  # noqa: RUF001
    drawing.cells((48, 23), [row[::-1] for row in BLOB], 5.2, Tone.WARM)
    return drawing.text((83, 40), "=", size=12).cells((89, 23), products, 5.2)


def _saliency() -> Drawing:
    return blank().cells((32, 10), _NOISE, 6.3)


def _guided_backprop() -> Drawing:
    drawing = blank().text((108, 39), "class", size=8).arrow([(96, 36), (84, 36)], Tone.ACCENT)
    drawing.box((58, 26), (26, 20), "ReLU").arrow([(58, 31), (44, 31)], Tone.ACCENT)
    drawing.line([(58, 42), (51, 42)], Tone.WARM).line([(51, 37.5), (51, 46.5)], Tone.WARM)
    return drawing.cells((10, 20), [row[:5] for row in _NOISE[:5]], 6.4)


def _integrated_gradients() -> Drawing:
    drawing = blank()
    for i in range(5):
        drawing.cells((5 + 18 * i, 28), [[0.1 + 0.2 * i]], 16)
    return drawing.text((107, 42), "Σ", size=18)


def _occlusion() -> Drawing:
    drawing = blank().box((8, 10), (52, 52)).area([(14, 56), (34, 18), (54, 56)], Tone.ACCENT)
    drawing.box((26, 26), (22, 22), tone=Tone.QUIET, solid=True).arrow([(65, MIDDLE), (75, MIDDLE)])
    drawing.box((81, 22), (34, 9), tone=Tone.QUIET)
    return drawing.box((81, 42), (12, 9), tone=Tone.ACCENT, solid=True)


def _lesion() -> Drawing:
    drawing = blank().line([(2, 44), (118, 44)], Tone.QUIET)
    for i, x in enumerate((8, 47, 86)):
        cut = i == 1
        drawing.line([(x - 4, 44), (x - 4, 18), (x + 30, 18), (x + 30, 44)], Tone.ACCENT)
        drawing.box((x, 34), (26, 20), tone=Tone.WARM if cut else Tone.INK)
    return drawing.line([(47, 34), (73, 54)], Tone.WARM).line([(73, 34), (47, 54)], Tone.WARM)


def _dead_channel() -> Drawing:
    drawing = blank()
    for i, x in enumerate((6, 44, 82)):
        drawing.box((x, 20), (32, 32), tone=Tone.WARM if i == 1 else Tone.INK)
        if i != 1:
            drawing.cells((x + 1, 23.5), BLOB, 5)
    return drawing


PICTURES: dict[str, Callable[[], Drawing]] = {
    "logit": _logit,
    "softmax": _softmax,
    "calibration": _calibration,
    "target-class": _target_class,
    "heatmap": _heatmap,
    "grad-cam": _grad_cam,
    "hires-cam": _hires_cam,
    "saliency": _saliency,
    "guided-backprop": _guided_backprop,
    "integrated-gradients": _integrated_gradients,
    "occlusion": _occlusion,
    "lesion": _lesion,
    "dead-channel": _dead_channel,
}
