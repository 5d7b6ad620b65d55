"""Tests of explorer/figures/explain/slide_layout.py."""

from __future__ import annotations

from itertools import combinations

import pytest
from PIL import Image

from explorer.figures.explain.slide_layout import (
    HEIGHT,
    MARGIN,
    WIDTH,
    Box,
    ColourBar,
    Part,
    PlacedPicture,
    PlacedText,
    SlidePanel,
    fits_twice,
    of_grid,
    of_one,
    photo_box,
)
from explorer.figures.fonts import sans

SIZES = {"plain": (400, 300), "panorama": (1500, 200), "tall": (120, 900), "tiny": (9, 7)}
LONG = "fire engine rather than double decker bus " * 8


def blank(size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size)


BAR = ColourBar(blank, ("\N{MINUS SIGN}1.23e+05", "0", "1.23e+05"), LONG, LONG)


def check(parts: list[Part]) -> None:
    """Everything lies on the slide, no line is too long, and nothing overlaps."""
    for part in parts:
        box = part.box
        assert box.width > 0
        assert box.height > 0
        assert box.left >= MARGIN - 1
        assert box.right <= WIDTH - MARGIN + 1
        assert box.top >= 40
        assert box.bottom <= HEIGHT - 16
        if isinstance(part, PlacedText):
            font = sans(part.size, part.bold)
            assert max(map(font.getlength, part.lines)) <= box.width
            assert len(part.lines) * part.step == box.height
    for one, other in combinations(parts, 2):
        assert not overlap(one.box, other.box), (one, other)


def overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) > max(one.left, other.left)
    return across and min(one.bottom, other.bottom) > max(one.top, other.top)


@pytest.mark.parametrize("words", ["cup", LONG])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_one_answer_fits_beside_or_below_any_photo(size: tuple[int, int], words: str) -> None:
    panel = SlidePanel(size, blank)
    parts = of_one([panel, panel], words, words, words, words, BAR)
    check(parts)
    assert sum(isinstance(part, PlacedPicture) for part in parts) == 2 + fits_twice(size)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 15])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_any_number_of_pictures_fits_with_the_longest_captions(
    size: tuple[int, int], count: int
) -> None:
    panels = [SlidePanel(size, blank, LONG, LONG, LONG)] * count
    for bar in (BAR, None):
        parts = of_grid(panels, LONG, LONG, LONG, LONG, bar)
        check(parts)
        assert sum(isinstance(part, PlacedPicture) for part in parts) == count + (bar is not None)


def test_a_photo_keeps_its_proportions() -> None:
    for size in SIZES.values():
        box = photo_box(size)
        assert abs(box.width - box.height * size[0] / size[1]) <= max(1, size[0] / size[1])


def test_few_pictures_are_larger_than_many() -> None:
    def height(count: int) -> int:
        panels = [SlidePanel((300, 200), blank)] * count
        return of_grid(panels, "a", "", "b", "c", None)[1].box.height

    assert height(1) > height(3) > height(8)
