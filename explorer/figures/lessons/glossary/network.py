"""Pictures of terms about the parts of a network."""

from __future__ import annotations

from collections.abc import Callable

from explorer.figures.lessons.glossary.canvas import BLOB, MIDDLE, blank, block, stack
from explorer.figures.svg import Drawing, Tone


def _residual_block() -> Drawing:
    return block(("F",), path=Tone.ACCENT, arc=Tone.ACCENT)


def _shortcut() -> Drawing:
    return block(("F",), path=Tone.QUIET, arc=Tone.ACCENT)


def _projection() -> Drawing:
    drawing = block(("F",), path=Tone.QUIET, arc=Tone.ACCENT, dashed=True)
    return drawing.box((46, 10), (26, 16), "1×1", Tone.ACCENT)  # noqa: RUF001


def _branch() -> Drawing:
    return block(("F",), path=Tone.ACCENT, arc=Tone.QUIET)


def _basic_block() -> Drawing:
    return block(("3×3", "3×3"), path=Tone.ACCENT)  # noqa: RUF001


def _bottleneck() -> Drawing:
    drawing = blank().line([(12, 40), (12, 10), (105, 10)]).arrow([(105, 10), (105, 33.5)])
    for x, half, label in ((20, 18, "1×1"), (47, 8, "3×3"), (74, 18, "1×1")):  # noqa: RUF001
        drawing.arrow([(x - 8, 40), (x, 40)], Tone.ACCENT)
        drawing.box((x, 40 - half), (19, 2 * half), tone=Tone.ACCENT)
        drawing.text((x + 9.5, 42.5), label, size=7)
    return drawing.arrow([(93, 40), (99, 40)], Tone.ACCENT).sign((105, 40), "+").text((6, 43), "x")


def _plain_network() -> Drawing:
    drawing = blank()
    for x in (8, 37, 66, 95):
        drawing.box((x, 26), (18, 20))
    for x in (26, 55, 84):
        drawing.arrow([(x, MIDDLE), (x + 11, MIDDLE)])
    return drawing


def _stem() -> Drawing:
    drawing = blank().box((8, 12), (48, 48)).text((32, 39), "photo")
    return stack(drawing.arrow([(62, MIDDLE), (82, MIDDLE)]), (88, 34), 12, 5, Tone.ACCENT)


def _stage() -> Drawing:
    drawing, x = blank(), 4.0
    for number, (side, count) in enumerate(((24, 2), (15, 3), (9, 5), (5, 7)), 1):
        stack(drawing, (x, 52 - side), side, count, Tone.ACCENT if number == 2 else Tone.INK)
        drawing.text((x + side / 2 + 2, 64), str(number))
        x += side + 3 * count + 2
    return drawing


def _head() -> Drawing:
    drawing = stack(blank(), (6, 34), 20, 4).arrow([(42, MIDDLE), (54, MIDDLE)])
    for i, value in enumerate((0.9, 0.3, 0.6, 0.2)):
        drawing.cells((58, 16 + 10 * i), [[value]], 9)
    drawing.arrow([(72, MIDDLE), (82, MIDDLE)])
    return drawing.bars((86, 56), (0.9, 0.3, 0.15), (28, 40), strong=[0])


def _downsampling() -> Drawing:
    fine = [[0.8 if i % 2 == j % 2 == 0 else 0.15 for j in range(4)] for i in range(4)]
    drawing = blank().cells((8, 12), fine, 12).arrow([(62, MIDDLE), (80, MIDDLE)])
    return drawing.cells((86, 24), [[0.8, 0.8], [0.8, 0.8]], 12)


def _channel() -> Drawing:
    drawing = stack(blank(), (14, 34), 24, 6)
    return drawing.arrow([(58, 40), (76, 40)], Tone.ACCENT).cells((80, 20), BLOB[:5], 6)


def _feature_map() -> Drawing:
    return blank().cells((28, 8), BLOB, 11)


def _receptive_field() -> Drawing:
    drawing = blank().box((8, 8), (56, 56)).box((16, 20), (32, 32), tone=Tone.ACCENT)
    drawing.line([(48, 20), (98, 32)], Tone.ACCENT).line([(48, 52), (98, 40)], Tone.ACCENT)
    return drawing.box((90, 20), (24, 32)).box((98, 32), (8, 8), tone=Tone.ACCENT, solid=True)


def _effective_field() -> Drawing:
    return blank().box((32, 8), (56, 56)).cells((45, 23), BLOB, 5)


def _cardinality() -> Drawing:
    drawing = blank().text((6, 39), "x")
    for i in range(6):
        y = 8 + 11 * i
        drawing.line([(12, MIDDLE), (30, y)], Tone.QUIET).box(
            (30, y - 3.5), (44, 7), tone=Tone.ACCENT
        )
        drawing.line([(74, y), (94, MIDDLE)], Tone.QUIET)
    return drawing.sign((101, MIDDLE), "+")


def _width() -> Drawing:
    drawing = blank().box((10, 31), (40, 10), tone=Tone.QUIET)
    return drawing.box((68, 11), (40, 50), tone=Tone.ACCENT).text((59, 39), "<")


PICTURES: dict[str, Callable[[], Drawing]] = {
    "residual-block": _residual_block,
    "shortcut": _shortcut,
    "projection": _projection,
    "branch": _branch,
    "basic-block": _basic_block,
    "bottleneck": _bottleneck,
    "plain-network": _plain_network,
    "stem": _stem,
    "stage": _stage,
    "head": _head,
    "downsampling": _downsampling,
    "channel": _channel,
    "feature-map": _feature_map,
    "receptive-field": _receptive_field,
    "effective-field": _effective_field,
    "cardinality": _cardinality,
    "width": _width,
}
