"""Where everything on a slide lies: pictures, captions, sentence, colour bar, source."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from explorer.figures.fonts import sans, wrapped

Draw = Callable[[tuple[int, int]], Image.Image]  # given columns and rows, returns an RGB picture

SIZE = WIDTH, HEIGHT = 1920, 1080  # pixels, as all lengths here
MARGIN, GAP = 64, 48
BETWEEN = 24  # two pictures of one answer
NARROWEST = 460  # the text beside a photo
WIDE = 1.9  # width / height; a wider photo has the text below it, not beside it
TOP_OF_SOURCE = HEIGHT - 72
_FOOT = TOP_OF_SOURCE - 28  # the last row above the source
_MOST_ABOVE = 500  # height of a photo that has the text below it
_BAR = 30
_LEAST_CELL = 560  # width of a picture with its captions, where there is room


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after the box."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row after the box."""
        return self.top + self.height


@dataclass(frozen=True, eq=False)
class SlidePanel:
    """One of the pictures of a slide, with what is written below it.

    Attributes:
        size: columns and rows of the photo or the map; the slide keeps their ratio.
        draw: draws the picture as the page shows it, at the size that it has on the slide.
        title: what it shows, e.g. "ResNet-18".
        answer: the class and its probability.
        note: a number that belongs to it, e.g. "12.3 ms".
    """

    size: tuple[int, int]
    draw: Draw
    title: str = ""
    answer: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class ColourBar:
    """The colours of the maps, from low to high, with their meaning.

    Attributes:
        draw: draws the bar at the size that it has on the slide.
        ends: the values at the lower end, in the middle and at the upper end, in words.
        title: what the maps are, e.g. "Grad-CAM at layer4.1".
        meaning: how to read the colours, in a sentence.
    """

    draw: Draw
    ends: tuple[str, str, str]
    title: str
    meaning: str


@dataclass(frozen=True, eq=False)
class PlacedPicture:
    """A picture and its place."""

    box: Box
    draw: Draw


@dataclass(frozen=True)
class PlacedText:
    """Lines of text and their place.

    Attributes:
        box: the place; no line is longer.
        lines: the lines.
        size: size of the font.
        bold: whether the font is bold.
        quiet: whether the text has less weight.
        align: where the lines begin: 0 at the left, 0.5 for centred ones, 1 at the right.
    """

    box: Box
    lines: tuple[str, ...]
    size: int
    bold: bool = False
    quiet: bool = False
    align: float = 0.0

    @property
    def step(self) -> int:
        """The distance between two lines."""
        return _step(self.size)


Part = PlacedPicture | PlacedText


def of_one(
    panels: Sequence[SlidePanel],
    title: str,
    subtitle: str,
    sentence: str,
    source: str,
    bar: ColourBar | None,
) -> list[Part]:
    """Place one answer: the picture, perhaps twice, and the text beside it or below it."""
    size = panels[0].size
    beside = size[0] < WIDE * size[1]
    photo = photo_box(size)
    shown = panels if fits_twice(size) else panels[:1]
    pictures = [
        PlacedPicture(
            Box(photo.left + index * (photo.width + BETWEEN), photo.top, photo.width, photo.height),
            panel.draw,
        )
        for index, panel in enumerate(shown)
    ]
    if beside:
        left = pictures[-1].box.right + GAP
        column = Box(left, MARGIN, min(900, WIDTH - MARGIN - left), _FOOT - MARGIN)
        texts = _answer(column, title, subtitle, sentence, most=(3, 6))
        top = texts[-1].box.bottom + 44
        legend = _legend(Box(column.left, top, column.width, _FOOT - top), bar)
    else:
        half = (WIDTH - 2 * MARGIN - GAP) // 2
        top = photo.bottom + GAP - 8
        texts = _answer(Box(MARGIN, top, half, _FOOT - top), title, subtitle, sentence, most=(2, 3))
        legend = _legend(Box(MARGIN + half + GAP, top + 12, half, _FOOT - top - 12), bar)
    return [*pictures, *texts, *legend, _source(source)]


def photo_box(size: tuple[int, int]) -> Box:
    """Return the place of the photo of one answer, given its columns and rows."""
    beside = size[0] < WIDE * size[1]
    width, height = (1180, _FOOT - MARGIN) if beside else (WIDTH - 2 * MARGIN, _MOST_ABOVE)
    return _fitted(size, Box(MARGIN, MARGIN, width, height), centred=False)


def fits_twice(size: tuple[int, int]) -> bool:
    """Tell whether a photo is so narrow that it fits twice: with the map, and without."""
    return 2 * photo_box(size).width + BETWEEN + GAP + NARROWEST <= WIDTH - 2 * MARGIN


def _answer(
    column: Box, title: str, subtitle: str, sentence: str, most: tuple[int, int]
) -> list[PlacedText]:
    is_long = len(wrapped(title, sans(64, bold=True), column.width).split("\n")) > 1
    texts = [_text(title, column, column.top - 8, 46 if is_long else 64, bold=True, most=most[0])]
    if subtitle:
        texts.append(_text(subtitle, column, texts[-1].box.bottom + 10, 46, most=1))
    texts.append(_text(sentence, column, texts[-1].box.bottom + 26, 32, most=most[1]))
    return texts


def of_grid(
    panels: Sequence[SlidePanel],
    title: str,
    subtitle: str,
    sentence: str,
    source: str,
    bar: ColourBar | None,
) -> list[Part]:
    """Place several pictures with their captions, the title above and the sentence below them."""
    page = Box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT)
    heads = [_text(title, page, page.top - 16, 48, bold=True, most=1)]
    if subtitle:
        heads.append(_text(subtitle, page, heads[-1].box.bottom + 6, 28, quiet=True, most=1))
    right = 0 if bar is None else 520
    last = Box(MARGIN, 0, page.width - right - (GAP if right else 0), 0)
    said = _text(sentence, last, 0, 30, most=3)
    foot = max(said.box.height, 0 if bar is None else 110)
    said = _text(sentence, last, _FOOT - foot, 30, most=3)
    legend = _legend(Box(WIDTH - MARGIN - 520, _FOOT - foot, 520, foot), bar, small=True)
    top = heads[-1].box.bottom + 28
    area = Box(MARGIN, top, page.width, _FOOT - foot - 28 - top)
    return [*heads, *_cells(panels, area), said, *legend, _source(source)]


def _cells(panels: Sequence[SlidePanel], area: Box) -> list[Part]:
    """Place pictures in as many columns as make them largest."""
    columns = max(range(1, len(panels) + 1), key=lambda count: _covered(panels, area, count))
    rows = math.ceil(len(panels) / columns)
    width, height = _cell(area, columns, rows)
    captions = _captions_height(panels, width)
    room = Box(0, 0, width, height - captions)
    fitted = [_fitted(panel.size, room, centred=True) for panel in panels]
    tallest = max(box.height for box in fitted)
    width = min(width, max(_LEAST_CELL, *(box.width for box in fitted)))
    used = rows * (tallest + captions) + (rows - 1) * BETWEEN
    placed: list[Part] = []
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        in_row = min(columns, len(panels) - row * columns)
        indent = (area.width - in_row * width - (in_row - 1) * BETWEEN) // 2
        left = area.left + indent + column * (width + BETWEEN)
        top = area.top + (area.height - used) // 2 + row * (tallest + captions + BETWEEN)
        cell = Box(left, top, width, tallest)
        box = _fitted(panel.size, cell, centred=True)
        placed.append(PlacedPicture(box, panel.draw))
        placed.extend(_captions(panel, Box(left, cell.bottom, width, captions)))
    return placed


def _cell(area: Box, columns: int, rows: int) -> tuple[int, int]:
    """Return width and height of a cell, captions included."""
    return (
        (area.width - (columns - 1) * BETWEEN) // columns,
        (area.height - (rows - 1) * BETWEEN) // rows,
    )


def _covered(panels: Sequence[SlidePanel], area: Box, columns: int) -> int:
    """Return how many pixels the pictures would cover in so many columns."""
    width, height = _cell(area, columns, math.ceil(len(panels) / columns))
    room = Box(0, 0, width, height - _captions_height(panels, width))
    boxes = [_fitted(panel.size, room, centred=True) for panel in panels]
    return sum(box.width * box.height for box in boxes)


def _captions(panel: SlidePanel, place: Box) -> list[PlacedText]:
    size, top = _caption_size(place.width), place.top + 12
    texts = []
    for text, bold in ((panel.title, False), (panel.answer, True), (panel.note, False)):
        if text:
            texts.append(_text(text, place, top, size, bold, not bold, most=1, align=0.5))
            top = texts[-1].box.bottom
    return texts


def _captions_height(panels: Sequence[SlidePanel], width: int) -> int:
    most = max(sum(map(bool, (panel.title, panel.answer, panel.note))) for panel in panels)
    return 12 + most * _step(_caption_size(width)) if most else 0


def _caption_size(width: int) -> int:
    return 32 if width >= _LEAST_CELL else 26 if width > 320 else 20


def _legend(place: Box, bar: ColourBar | None, small: bool = False) -> list[Part]:
    """Place the colour bar with its values, below what the maps are, and above their meaning."""
    if bar is None:
        return []
    size = 20 if small else 28
    title = _text(bar.title, place, place.top, size, bold=True, most=1)
    strip = Box(place.left, title.box.bottom + 6, place.width, 16 if small else _BAR)
    ends = _ends(bar.ends, strip, size - 4)
    top = (ends[-1].box.bottom if ends else strip.bottom) + (2 if small else 14)
    meaning = _text(
        bar.meaning, place, top, 18 if small else 26, quiet=True, most=1 if small else 3
    )
    return [title, PlacedPicture(strip, bar.draw), *ends, meaning]


def _ends(texts: Sequence[str], strip: Box, size: int) -> list[PlacedText]:
    """Place the values of a colour bar below it; each has an equal part of its width."""
    shown = [text for text in texts if text]
    width = strip.width // max(1, len(shown))
    return [
        _text(
            text,
            Box(strip.left + round(index * strip.width / len(shown)), 0, width, 0),
            strip.bottom + 4,
            size,
            quiet=True,
            most=1,
            align=index / (len(shown) - 1) if len(shown) > 1 else 0.5,
        )
        for index, text in enumerate(shown)
    ]


def _source(source: str) -> PlacedText:
    place = Box(MARGIN, TOP_OF_SOURCE, WIDTH - 2 * MARGIN, 0)
    return _text(source, place, TOP_OF_SOURCE, 20, quiet=True, most=1)


def _text(
    text: str,
    place: Box,
    top: int,
    size: int,
    bold: bool = False,
    quiet: bool = False,
    most: int = 2,
    align: float = 0.0,
) -> PlacedText:
    """Break a text into at most so many lines of the width of a place."""
    lines = tuple(wrapped(text, sans(size, bold), place.width, most).split("\n"))
    box = Box(place.left, top, place.width, len(lines) * _step(size))
    return PlacedText(box, lines, size, bold, quiet, align)


def _step(size: int) -> int:
    return round(1.34 * size)


def _fitted(size: tuple[int, int], place: Box, centred: bool) -> Box:
    """Return the largest box of a picture's proportions within a place, at its upper edge."""
    factor = min(place.width / size[0], place.height / size[1])
    width, height = (max(1, round(side * factor)) for side in size)
    aside = (place.width - width) // 2 if centred else 0
    return Box(place.left + aside, place.top, width, height)
