"""Pictures of terms about training."""

from __future__ import annotations

import math
from collections.abc import Callable

from explorer.figures.lessons.glossary.canvas import BOTTOM, axes, blank, curve
from explorer.figures.svg import Drawing, Tone


def _batch_norm() -> Drawing:
    drawing = axes(blank())
    curve(drawing, lambda t: 0.45 * math.exp(-(((t - 0.72) / 0.22) ** 2)), Tone.QUIET)
    curve(drawing, lambda t: math.exp(-(((t - 0.3) / 0.09) ** 2)))
    return drawing.line([(44.2, 8), (44.2, BOTTOM)], Tone.QUIET, dashed=True).text((44, 71), "0")


def _relu() -> Drawing:
    drawing = blank().line([(10, 56), (112, 56)], Tone.QUIET).line([(60, 8), (60, 66)], Tone.QUIET)
    return drawing.line([(12, 56), (60, 56), (106, 12)], Tone.ACCENT)


def _gradient() -> Drawing:
    drawing = curve(axes(blank()), lambda t: 0.05 + 0.9 * (t - 0.75) ** 2 / 0.5625, Tone.INK)
    drawing.line([(24, 20), (58, 60)], Tone.ACCENT)
    return drawing.dot((41, 40), 3, Tone.ACCENT)


def _vanishing() -> Drawing:
    return _gradient_norms([0.02, 0.04, 0.08, 0.17, 0.34, 0.65, 1.0])


def _exploding() -> Drawing:
    return _gradient_norms([1.0, 0.65, 0.34, 0.17, 0.08, 0.04, 0.02])


def _gradient_norms(norms: list[float]) -> Drawing:
    drawing = blank().bars((12, 56), norms, (98, 40), strong=[0])
    drawing.text((12, 68), "first", anchor="start").text((110, 68), "last", anchor="end")
    return drawing.arrow([(76, 8), (46, 8)], Tone.QUIET)


def _initialisation() -> Drawing:
    drawing = axes(blank())
    curve(drawing, lambda t: 0.5 * 0.05**t, Tone.WARM)
    curve(drawing, lambda t: 0.5 + 0.02 * math.sin(20 * t))
    return curve(drawing, lambda t: min(1.0, 0.5 * 2**t), Tone.QUIET)


def _degradation() -> Drawing:
    drawing = axes(blank())
    curve(drawing, lambda t: 0.25 + 0.7 * math.exp(-4 * t), Tone.QUIET)
    curve(drawing, lambda t: 0.42 + 0.55 * math.exp(-3.5 * t), Tone.WARM)
    drawing.text((110, 36), "deeper", Tone.WARM, anchor="end")
    return drawing.text((110, 58), "shallower", size=8, anchor="end")


def _overfitting() -> Drawing:
    drawing = axes(blank())
    curve(drawing, lambda t: 0.03 + 0.9 * math.exp(-4 * t), Tone.QUIET)
    curve(drawing, lambda t: 0.3 + 0.65 * math.exp(-5 * t) + 0.35 * t * t, Tone.WARM)
    drawing.text((110, 52), "training", size=8, anchor="end")
    return drawing.text((110, 18), "validation", Tone.WARM, 8, "end")


def _augmentation() -> Drawing:
    drawing = blank().box((6, 16), (40, 40)).area([(12, 50), (26, 24), (34, 50)], Tone.ACCENT)
    drawing.arrow([(50, 36), (60, 36)])
    drawing.box((66, 6), (22, 22)).area([(70, 26), (80, 8), (86, 26)], Tone.ACCENT)
    drawing.box((94, 6), (22, 22)).area([(112, 25), (104, 11), (99, 25)], Tone.ACCENT)
    drawing.box((66, 42), (22, 22)).area([(69, 61), (76, 46), (81, 61)], Tone.WARM)
    return drawing.box((94, 42), (22, 22)).area([(97, 64), (109, 42), (115, 64)], Tone.ACCENT)


def _recipe() -> Drawing:
    drawing = blank()
    for x, lines, height in ((8, 2, 26), (66, 5, 44)):
        for i in range(lines):
            drawing.line([(x, 16 + 9 * i), (x + 18, 16 + 9 * i)], Tone.QUIET)
        tone = Tone.ACCENT if lines > 2 else Tone.QUIET
        drawing.box((x + 26, 60 - height), (14, height), tone=tone, solid=True)
    return drawing.line([(6, 60), (114, 60)])


PICTURES: dict[str, Callable[[], Drawing]] = {
    "batch-norm": _batch_norm,
    "relu": _relu,
    "gradient": _gradient,
    "vanishing-gradient": _vanishing,
    "exploding-gradient": _exploding,
    "initialisation": _initialisation,
    "degradation": _degradation,
    "overfitting": _overfitting,
    "augmentation": _augmentation,
    "recipe": _recipe,
}
