"""Tests of explorer/figures/explain/slide.py."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain.slide import DARK, LIGHT, DrawnRecord, draw, parts, slide_png
from explorer.figures.explain.slide_layout import BETWEEN, PlacedText, photo_box
from explorer.figures.explain.slide_templates import one_answer
from explorer.figures.palettes import VIRIDIS
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.photos.geometry import Framing, frame
from explorer.photos.reading import read_image


def rotated(size: tuple[int, int]) -> Image.Image:
    """A grey photo that a camera wrote lying on its side, opened as the app does."""
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.new("RGB", size, "#808080").save(buffer, "PNG", exif=exif)
    return read_image(buffer.getvalue())


PHOTOS = {
    "plain": Image.new("RGB", (400, 300), "#808080"),
    "rotated": rotated((400, 300)),
    "panorama": Image.new("RGB", (1500, 200), "#808080"),
    "tiny": Image.new("RGB", (9, 7), "#808080"),
}


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("kind", PHOTOS)
def test_the_peak_lies_where_the_frame_says(finding: Finding, kind: str, framing: Framing) -> None:
    photo = PHOTOS[kind]
    cells, peak = np.zeros((7, 7), np.float32), np.zeros((7, 7), np.float32)
    at = (2, 3) if photo.height > photo.width else (3, 2)  # not in the padding
    peak[at] = 1
    photo_frame = frame(photo, finding.network.weights.preprocessing, framing)
    changed = replace(finding, frame=photo_frame, framing=framing, ladder={})
    blank, planted = (
        np.asarray(draw(one_answer(photo, variation, STANDARD))).astype(int)
        for variation in (replace(changed, heatmap=cells), replace(changed, heatmap=peak))
    )
    box = photo_box(photo.size)
    difference = np.abs(planted - blank).sum(2)[box.top : box.bottom, box.left : box.right]
    row, column = photo_frame.to_photo(*((cell + 0.5) / 7 * photo_frame.input_size for cell in at))
    expected = row * box.height / photo.height, column * box.width / photo.width
    weights = difference * (difference > 0.8 * difference.max())
    rows, columns = np.indices(difference.shape) + 0.5
    position = (rows * weights).sum() / weights.sum(), (columns * weights).sum() / weights.sum()
    cell = (photo_frame.bottom - photo_frame.top) / 7 * box.height / photo.height
    assert position == pytest.approx(expected, abs=max(3, cell / 8))


@pytest.mark.parametrize(
    ("size", "twice"),
    [((250, 400), True), ((200, 900), True), ((300, 400), False), ((400, 300), False)],
)
def test_a_narrow_photo_is_drawn_without_the_map_too(
    finding: Finding, size: tuple[int, int], twice: bool
) -> None:
    photo = Image.effect_noise(size, 60).convert("RGB")
    placed = replace(finding, frame=frame(photo, finding.network.weights.preprocessing))
    picture, box = draw(one_answer(photo, placed, STANDARD)), photo_box(size)
    left = box.right + BETWEEN
    shown = picture.crop((left, box.top, left + box.width, box.bottom))
    plain = photo.resize((box.width, box.height), Image.Resampling.LANCZOS)
    assert (shown.tobytes() == plain.tobytes()) is twice


def test_how_a_network_was_trained_is_in_the_record_and_not_on_the_slide(
    finding: Finding, photo: Image.Image
) -> None:
    slide = one_answer(photo, replace(finding, photo="cats/IMG_1.jpg"), STANDARD)
    written = [part.lines for part in parts(slide) if isinstance(part, PlacedText)]
    assert "learning rate" in Provenance.of(finding).recipe
    assert "learning rate" not in str(written)
    assert written[-1][0].endswith("photo: cats/IMG_1.jpg")


def test_the_colours_of_the_theme_are_those_of_page_and_text(
    finding: Finding, photo: Image.Image
) -> None:
    for theme in (LIGHT, DARK):
        picture = draw(one_answer(photo, finding, STANDARD), theme)
        assert "#{:02X}{:02X}{:02X}".format(*picture.getpixel((5, 5))) == theme.paper
        words = picture.crop((1244, 60, 1800, 140))
        colours = {colour for _, colour in words.getcolors(words.width * words.height) or []}
        assert tuple(bytes.fromhex(theme.ink[1:])) in colours


def test_the_png_carries_the_record_with_how_the_picture_is_drawn(
    finding: Finding, photo: Image.Image
) -> None:
    settings = PictureSettings(VIRIDIS, 0.4, cells=True, frame=False)
    provenance = Provenance.of(finding)
    records = [DrawnRecord(provenance, settings, DARK)]
    slide = one_answer(photo, finding, settings)
    encoded = Image.open(io.BytesIO(slide_png(slide, DARK, records)))
    assert encoded.format == "PNG"
    record = json.loads(encoded.text["Description"])
    drawn = record.pop("picture")
    assert record == provenance.record()
    assert drawn == {
        "palette": "viridis",
        "opacity": 0.4,
        "cells": True,
        "frame": False,
        "theme": "dark",
    }
    assert dict(records[0].facts)["Drawn"].startswith("Viridis, opacity 40 %, cells as they are, ")
