"""A slide: 16:9, legible from the last row, with the pictures of the page as the page shows them.

`explorer.figures.explain.slide_layout` finds the place of everything; here it is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

from explorer.explain.exports import Record, as_json
from explorer.figures.explain.slide_layout import (
    SIZE,
    ColourBar,
    Part,
    PlacedPicture,
    PlacedText,
    SlidePanel,
    of_grid,
    of_one,
)
from explorer.figures.fonts import sans
from explorer.figures.picture_settings import PictureSettings


@dataclass(frozen=True)
class SlideTheme:
    """The colours of a slide, as "#rrggbb"; those of the page in the same theme.

    Attributes:
        name: name of the theme.
        paper: the background.
        ink: text.
        quiet: text of less weight.
        line: thin lines.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    line: str


LIGHT = SlideTheme("light", "#FFFFFF", "#17212B", "#566472", "#DCE3E9")
DARK = SlideTheme("dark", "#12171C", "#E8EDF2", "#A3B0BC", "#303B46")


@dataclass(frozen=True)
class DrawnRecord:
    """The record of a figure with how its picture was drawn.

    Attributes:
        of: the record of the figure.
        settings: how the page drew the picture.
        theme: the theme of page and slide.
    """

    of: Record
    settings: PictureSettings
    theme: SlideTheme

    @property
    def title(self) -> str:
        """What is shown, in a line."""
        return self.of.title

    @property
    def made(self) -> str:
        """When the record was made, as ISO 8601 in UTC."""
        return self.of.made

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a name and a value, for people to read."""
        cells = "cells as they are" if self.settings.cells else "smoothed between the cells"
        frame = "with" if self.settings.frame else "without"
        drawn = (
            f"{self.settings.palette.title}, opacity {100 * self.settings.opacity:.0f} %, {cells}, "
            f"{frame} the frame of what the network saw, {self.theme.name} theme"
        )
        return (*self.of.facts, ("Drawn", drawn))

    def record(self) -> dict[str, Any]:
        """Return everything by name, for JSON."""
        settings = self.settings
        picture = {
            "palette": settings.palette.name,
            "opacity": settings.opacity,
            "cells": settings.cells,
            "frame": settings.frame,
            "theme": self.theme.name,
        }
        return {**self.of.record(), "picture": picture}


@dataclass(frozen=True, eq=False)
class Slide:
    """What a slide shows and says.

    Attributes:
        title: the answer, or the question that the pictures answer.
        panels: the pictures; of a single answer the photo with the map, and perhaps without it.
        sentence: one sentence on what can be seen.
        source: what made the pictures, and whose photo it is, in one line.
        subtitle: a line below the title; "" for none.
        bar: the colour bar of the maps; None where there are none.
        single: whether the slide is about one answer, with the text beside the picture.
    """

    title: str
    panels: tuple[SlidePanel, ...]
    sentence: str
    source: str
    subtitle: str = ""
    bar: ColourBar | None = None
    single: bool = False


def slide_png(slide: Slide, theme: SlideTheme, records: Sequence[Record]) -> bytes:
    """Draw a slide and encode it as PNG, with the full records as text metadata."""
    metadata = PngImagePlugin.PngInfo()
    metadata.add_itxt("Description", as_json(records))
    buffer = io.BytesIO()
    draw(slide, theme).save(buffer, "PNG", pnginfo=metadata)
    return buffer.getvalue()


def draw(slide: Slide, theme: SlideTheme = LIGHT) -> Image.Image:
    """Draw a slide as an RGB picture of 1920 x 1080 pixels."""
    page = Image.new("RGB", SIZE, theme.paper)
    pen = ImageDraw.Draw(page)
    for part in parts(slide):
        if isinstance(part, PlacedPicture):
            size = part.box.width, part.box.height
            page.paste(part.draw(size), (part.box.left, part.box.top))
        else:
            _write(pen, part, theme)
    return page


def parts(slide: Slide) -> list[Part]:
    """Return everything on a slide with its place; no two of them overlap."""
    texts = slide.title, slide.subtitle, slide.sentence, slide.source
    place = of_one if slide.single else of_grid
    return place(slide.panels, *texts, slide.bar)


def _write(pen: ImageDraw.ImageDraw, part: PlacedText, theme: SlideTheme) -> None:
    box, colour = part.box, theme.quiet if part.quiet else theme.ink
    font, anchor = sans(part.size, part.bold), {0: "la", 0.5: "ma", 1: "ra"}[part.align]
    for number, line in enumerate(part.lines):
        position = (box.left + part.align * box.width, box.top + number * part.step)
        pen.text(position, line, colour, font, anchor=anchor)
