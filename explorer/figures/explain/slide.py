"""An explanation as one picture for a slide: 16:9, legible from the back of a room."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, PngImagePlugin

from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain.crops import outline
from explorer.figures.explain.heatmaps import SMOOTHING, Scale, colour_bar, overlay
from explorer.figures.fonts import sans, wrapped
from explorer.photos.geometry import Framing
from explorer.wording import percent, written

SIZE = WIDTH, HEIGHT = 1920, 1080
MARGIN, GAP, FOOT = 64, 56, 132  # pixels; FOOT is the height of the footer with the provenance
BETWEEN, NARROWEST = 24, 460  # pixels: two copies of a photo; the text beside them
INK, QUIET, PAPER = "#17212B", "#566472", "#FFFFFF"
WIDE = 1.9  # width / height; a wider photo has the text below it, not beside it
_SIZE_BESIDE, _SIZE_ABOVE = (1180, HEIGHT - 2 * MARGIN - FOOT), (WIDTH - 2 * MARGIN, 520)


@dataclass(frozen=True)
class TextBox:
    """A rectangle on the slide, in pixels."""

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


def slide_png(image: Image.Image, finding: Finding, provenance: Provenance) -> bytes:
    """Draw the slide and encode it as PNG, with the provenance record as text metadata."""
    record = PngImagePlugin.PngInfo()
    record.add_itxt("Description", json.dumps(provenance.record(), ensure_ascii=False))
    buffer = io.BytesIO()
    slide(image, finding, provenance).save(buffer, "PNG", pnginfo=record)
    return buffer.getvalue()


def slide(image: Image.Image, finding: Finding, provenance: Provenance) -> Image.Image:
    """Draw the photo with the map, a description of the map, and its provenance.

    A narrow photo is drawn without the map, too. How the network was trained is left to the record.

    Args:
        image: the RGB photo.
        finding: the explanation to draw.
        provenance: the provenance of the explanation.

    Returns:
        An RGB picture of 1920 x 1080 pixels.
    """
    page = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(page)
    photo = photo_box(image.size)
    resized = image.resize((photo.width, photo.height), Image.Resampling.LANCZOS)
    scale = Scale(provenance.low, provenance.high)
    overlaid = overlay(resized, finding.heatmap, finding.frame, scale=scale)
    if finding.framing is Framing.CROP:
        outline(overlaid, finding.frame)
    page.paste(overlaid, (photo.left, photo.top))
    drawn = photo
    if _leaves_room(photo):
        drawn = replace(photo, width=2 * photo.width + BETWEEN)
        page.paste(resized, (photo.right + BETWEEN, photo.top))
    words, legend = _text_boxes(drawn, beside=_is_beside(image.size))
    below = _caption(pen, words, finding, provenance)
    _legend(page, legend or TextBox(words.left, below + 40, words.width, 0), provenance)
    _footer(pen, provenance)
    return page


def photo_box(size: tuple[int, int]) -> TextBox:
    """Return the position on the slide of a photo of `size` (columns, rows)."""
    width, height = _SIZE_BESIDE if _is_beside(size) else _SIZE_ABOVE
    factor = min(width / size[0], height / size[1])
    return TextBox(MARGIN, MARGIN, max(1, round(size[0] * factor)), max(1, round(size[1] * factor)))


def _leaves_room(photo: TextBox) -> bool:
    """Tell whether the photo is so narrow that it fits twice: with the map, and without."""
    return 2 * photo.width + BETWEEN + GAP + NARROWEST <= WIDTH - 2 * MARGIN


def _is_beside(size: tuple[int, int]) -> bool:
    return size[0] < WIDE * size[1]


def _text_boxes(photo: TextBox, beside: bool) -> tuple[TextBox, TextBox | None]:
    """Return the boxes of caption and legend; None for a legend that follows the caption."""
    if beside:
        left = photo.right + GAP
        return TextBox(left, MARGIN, min(900, WIDTH - MARGIN - left), photo.height), None
    top, half = photo.bottom + GAP, (WIDTH - 2 * MARGIN - GAP) // 2
    return TextBox(MARGIN, top, half, 0), TextBox(MARGIN + half + GAP, top + 16, half, 0)


def _caption(
    pen: ImageDraw.ImageDraw, box: TextBox, finding: Finding, provenance: Provenance
) -> int:
    """Write the class, its probability and a description of the map; return the next row."""
    long = "\n" in wrapped(provenance.question, sans(60, bold=True), box.width)
    top = _write(pen, box, box.top - 8, provenance.question, 44 if long else 60, bold=True, most=3)
    probability = f"Probability {percent(finding.explained.probability)}"
    top = _write(pen, box, top + 12, probability, 38)
    top = _write(pen, box, top + 28, finding.words, 32, most=3)
    return _write(pen, box, top + 20, finding.reading, 26, QUIET, most=4)


def _legend(page: Image.Image, box: TextBox, provenance: Provenance) -> None:
    """Draw the colour bar with its numbers and a description of the scale."""
    pen = ImageDraw.Draw(page)
    title = f"{provenance.method.partition(' (')[0]} at {provenance.block}"
    top = _write(pen, box, box.top, title, 28, bold=True) + 14
    if not provenance.high:
        _write(pen, box, top, "The map is blank.", 26)
        return
    bar = colour_bar(provenance.signed).convert("RGB").resize((box.width, 30))
    page.paste(bar, (box.left, top))
    middle = (provenance.low + provenance.high) / 2
    labels = zip((provenance.low, middle, provenance.high), "lmr", (0, 0.5, 1), strict=True)
    for value, anchor, share in labels:
        position = (box.left + share * box.width, top + 40)
        pen.text(position, written(value), INK, sans(26), anchor=f"{anchor}a")
    scale = f"Scale: {provenance.scale_in_words}. The map is {SMOOTHING}."
    _write(pen, box, top + 88, scale, 24, QUIET, most=4)


def _footer(pen: ImageDraw.ImageDraw, provenance: Provenance) -> None:
    box = TextBox(MARGIN, HEIGHT - FOOT - 16, WIDTH - 2 * MARGIN, FOOT)
    pen.line([(box.left, box.top), (box.right, box.top)], "#DCE3E9", 2)
    top = _write(pen, box, box.top + 14, provenance.line, 19, QUIET, most=3)
    _write(pen, box, top + 6, f"Photo: {provenance.photo}", 19, QUIET, most=1)


def _write(
    pen: ImageDraw.ImageDraw,
    box: TextBox,
    top: int,
    text: str,
    size: int,
    colour: str = INK,
    bold: bool = False,
    most: int = 2,
) -> int:
    """Write a paragraph as wide as a box; return the row below it."""
    font = sans(size, bold)
    lines, spacing = wrapped(text, font, box.width, most), round(0.28 * size)
    pen.multiline_text((box.left, top), lines, colour, font, spacing=spacing)
    return top + (lines.count("\n") + 1) * (round(1.05 * size) + spacing)
