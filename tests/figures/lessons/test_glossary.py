"""Tests of explorer/figures/lessons/glossary and explorer/figures/svg.py."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from explorer.figures.lessons.glossary import _PICTURES, picture
from explorer.figures.lessons.glossary.canvas import HEIGHT, WIDTH
from explorer.figures.svg import Drawing, Tone
from explorer.lessons.glossary import Term, glossary


def test_every_term_has_a_picture_and_every_picture_a_term() -> None:
    assert _PICTURES.keys() == glossary().keys()


@pytest.mark.parametrize("term", glossary().values(), ids=lambda term: term.id)
def test_a_picture_is_well_formed_says_what_it_shows_and_stays_in_its_frame(term: Term) -> None:
    root = ElementTree.fromstring(picture(term))
    assert root.get("aria-label") == term.picture
    assert root.get("viewBox") == f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"
    assert len(root) > 1
    for shape in root:
        for x, y in corners(shape):
            assert -1 <= x <= WIDTH + 1
            assert -1 <= y <= HEIGHT + 1


def corners(shape: ElementTree.Element) -> list[tuple[float, float]]:
    """The outermost points of a shape; of words, where they begin."""
    number = {name: float(value) for name, value in shape.items() if NUMBER.fullmatch(value)}
    match shape.tag:
        case "rect":
            x, y = number["x"], number["y"]
            return [(x, y), (x + number["width"], y + number["height"])]
        case "circle":
            x, y, r = number["cx"], number["cy"], number["r"]
            return [(x - r, y - r), (x + r, y + r)]
        case "text":
            return [(number["x"], number["y"])]
    points = (point.split(",") for point in shape.get("points", "").split())
    return [(float(x), float(y)) for x, y in points]


NUMBER = re.compile(r"-?\d+(\.\d+)?")


def test_an_arrow_ends_where_it_points_to() -> None:
    root = ElementTree.fromstring(Drawing(50, 50).arrow([(0, 0), (30, 40)], Tone.WARM).svg(""))
    line, head = root
    tip, *sides = corners(head)
    assert tip == (30, 40)
    assert all(math.dist(tip, side) == pytest.approx(math.hypot(5, 3), abs=0.1) for side in sides)
    assert math.dist(corners(line)[-1], tip) == pytest.approx(5, abs=0.1)
    assert "warm" in str(head.get("class"))


def test_words_of_a_drawing_are_escaped() -> None:
    root = ElementTree.fromstring(Drawing(10, 10).text((1, 1), "<b> & c").svg('a "b" <c>'))
    assert root[0].text == "<b> & c"
    assert root.get("aria-label") == 'a "b" <c>'
