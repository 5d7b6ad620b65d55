"""Tests of explorer/figures/explain/slide.py."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain import slide as slide_module
from explorer.figures.explain.slide import (
    BETWEEN,
    FOOT,
    HEIGHT,
    SIZE,
    photo_box,
    slide,
    slide_png,
)
from explorer.figures.fonts import sans, wrapped
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
    "tall": Image.new("RGB", (120, 900), "#808080"),
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
        np.asarray(slide(photo, variation, Provenance.of(changed)).convert("RGB")).astype(int)
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


def test_the_words_fit_beside_or_under_any_photo(finding: Finding) -> None:
    label = replace(finding.explained, label="fire_engine_" * 30)
    long = replace(finding, explained=label, rather_than=label, signed=True, end=1e9 / 3)
    for photo in PHOTOS.values():
        photo_frame = frame(photo, finding.network.weights.preprocessing)
        picture = slide(photo, replace(long, frame=photo_frame), Provenance.of(long))
        assert picture.size == SIZE
        pixels, foot = np.asarray(picture), HEIGHT - FOOT - 16
        assert (pixels[:, -40:] == 255).all()
        assert (pixels[-16:] == 255).all()
        assert (pixels[foot - 8 : foot - 2, photo_box(photo.size).right + 4 :] == 255).all()


@pytest.mark.parametrize(
    ("size", "twice"),
    [((300, 400), True), ((200, 900), True), ((400, 400), False), ((400, 300), False)],
)
def test_a_narrow_photo_is_drawn_without_the_map_too(
    finding: Finding, size: tuple[int, int], twice: bool
) -> None:
    photo = Image.effect_noise(size, 60).convert("RGB")
    placed = replace(finding, frame=frame(photo, finding.network.weights.preprocessing))
    picture = slide(photo, placed, Provenance.of(placed))
    box = photo_box(size)
    left = box.right + BETWEEN
    shown = picture.crop((left, box.top, left + box.width, box.bottom))
    plain = photo.resize((box.width, box.height), Image.Resampling.LANCZOS)
    assert (shown.tobytes() == plain.tobytes()) is twice


def test_how_a_network_was_trained_is_not_on_the_slide(
    finding: Finding, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def recording(text: str, *rest: Any, **options: Any) -> str:
        written.append(text)
        return wrapped(text, *rest, **options)

    monkeypatch.setattr(slide_module, "wrapped", recording)
    provenance = Provenance.of(replace(finding, photo="cats/IMG_1.jpg"))
    slide(photo, finding, provenance)
    assert "learning rate" in provenance.recipe
    assert not any("learning rate" in text for text in written)
    assert "Photo: cats/IMG_1.jpg" in written


def test_the_png_carries_the_record(finding: Finding, photo: Image.Image) -> None:
    provenance = Provenance.of(finding)
    encoded = Image.open(io.BytesIO(slide_png(photo, finding, provenance)))
    assert encoded.format == "PNG"
    assert json.loads(encoded.text["Description"]) == provenance.record()


def test_lines_are_no_wider_than_they_may_be_and_too_many_are_cut() -> None:
    font = sans(20)
    for text in ("one two three four five six seven", "averyveryverylongwordwithoutabreak"):
        lines = wrapped(text, font, 120, most=2).split("\n")
        assert len(lines) <= 2
        assert max(map(font.getlength, lines)) <= 120
        assert lines[-1].endswith("…")
    assert wrapped("one two", font, 400) == "one two"
