"""Tests of explorer/explain/evidence_in_words.py."""

from __future__ import annotations

import re

import numpy as np
import pytest

from explorer import analyze, load
from explorer.array_types import Map
from explorer.explain.evidence_in_words import (
    concentration,
    in_words,
    is_blank,
    longest_sentence,
    strongest_in_words,
)
from explorer.photos.geometry import Frame, Framing
from explorer.photos.samples import SAMPLES

SQUARE = Frame(100, 100, 224, 0, 0, 100, 100)


def described(sentence: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The rows and columns, as shares of the sides, that a sentence can mean."""
    ways = (("above|upper|top", "below|lower|bottom"), ("left", "right"))
    return tuple(_span(sentence, before, after) for before, after in ways)  # type: ignore[return-value]


def _span(sentence: str, before: str, after: str) -> tuple[float, float]:
    near = "just [a-z]*( and )?"
    for words, mirrored in ((before, False), (after, True)):
        if re.search(rf"\b({words})\b", sentence):
            start, end = (0.25, 0.375) if re.search(rf"{near}({words})\b", sentence) else (0, 0.25)
            return (1 - end, 1 - start) if mirrored else (start, end)
    return 0.375, 0.625


def peak(cells: int, row: int, column: int, width: float = 0.8) -> Map:
    """A round peak on a low, even ground."""
    rows, columns = np.ogrid[:cells, :cells]
    squares = (rows - row) ** 2 + (columns - column) ** 2
    return (0.1 + np.exp(-squares / (2 * width**2))).astype(np.float32)


@pytest.mark.parametrize("cells", [3, 4, 5, 7, 8])
def test_a_peak_is_found_wherever_it_is_planted(cells: int) -> None:
    for row in range(cells):
        for column in range(cells):
            sentence = in_words(peak(cells, row, column))
            assert "strongest" in sentence, (row, column)
            for at, (start, end) in zip((row, column), described(sentence), strict=True):
                assert start - 1e-6 <= (at + 0.5) / cells <= end + 1e-6, (row, column, sentence)


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ((2, 2), "in the centre"),
        ((1, 2), "just above the centre"),
        ((2, 3), "just right of the centre"),
        ((3, 1), "just below and left of the centre"),
        ((0, 0), "in the upper left corner"),
        ((4, 4), "in the lower right corner"),
        ((0, 2), "near the top"),
        ((4, 1), "near the bottom, just left of the middle"),
        ((2, 4), "on the right"),
        ((3, 0), "on the left, just below the middle"),
    ],
)
def test_places_are_named_as_people_do(at: tuple[int, int], place: str) -> None:
    assert in_words(peak(5, *at)).startswith(f"The evidence is strongest {place}; half of it lies ")


def test_the_share_of_the_area_is_that_of_the_fewest_cells_that_hold_half() -> None:
    """A portrait with a hot spot: 5 of 25 cells hold half, the peak is 5 times the median."""
    heatmap = np.ones((5, 5), np.float32)
    heatmap[1:4, 2], heatmap[2, 1:4] = 4, 4
    heatmap[2, 2] = 5
    assert in_words(heatmap) == (
        "The evidence is strongest in the centre; half of it lies in 20 % of the area."
    )


def test_a_single_cell_holds_half_in_its_own_area() -> None:
    found = concentration(np.eye(1, 25, 12, dtype=np.float32).reshape(5, 5))
    assert found is not None
    assert (found.places, found.half_area) == (("in the centre",), pytest.approx(1 / 25))


def test_an_even_map_has_no_place_and_one_that_is_nearly_even_says_so() -> None:
    even = in_words(1 + 0.1 * np.random.default_rng(0).random((5, 5), np.float32))
    assert even == "The evidence is spread evenly; no place stands out."
    wide = np.ones((5, 5), np.float32)
    wide[0, 4] = 2
    assert in_words(wide) == (
        "The evidence is spread widely; it is strongest in the upper right corner. "
        "Half of it lies in 48 % of the area."
    )


def test_two_peaks_are_both_named_and_more_only_counted() -> None:
    two = np.maximum(0.9 * peak(7, 0, 0), peak(7, 6, 5))
    assert (
        "strongest in the lower right corner, and nearly as strong in the upper left corner;"
    ) in in_words(two)
    far_weaker = np.maximum(0.5 * peak(7, 0, 0), peak(7, 6, 5))
    assert "strongest in the lower right corner;" in in_words(far_weaker)
    three = np.maximum(two, peak(7, 0, 6))
    assert "in several places, above all in the " in in_words(three)


@pytest.mark.parametrize(("radius", "cells"), [(1, 5), (2, 7), (3, 7), (12, 40)])
def test_a_ring_is_no_peak(radius: int, cells: int) -> None:
    rows, columns = np.ogrid[:cells, :cells]
    distance = np.maximum(abs(rows - cells // 2), abs(columns - cells // 2))
    heatmap = (abs(distance - radius) <= cells // 20).astype(np.float32)
    assert "in a ring around the centre" in in_words(heatmap)


def test_bands_and_wide_areas_are_no_spots() -> None:
    heatmap = np.zeros((5, 5), np.float32)
    heatmap[:, 4] = 1
    assert "strongest in a band down the right;" in in_words(heatmap)
    assert "strongest in a band across the bottom;" in in_words(np.rot90(heatmap, -1))
    assert "The evidence is spread over a wide area; half of it lies in 12 % of" in in_words(
        np.eye(5, dtype=np.float32)
    )


@pytest.mark.parametrize(("row", "column"), [(4, 4), (20, 20), (37, 12), (14, 30)])
def test_a_fine_map_is_described_where_it_is_densest(row: int, column: int) -> None:
    heatmap = peak(40, row, column, width=3)
    heatmap[39, 0] = 2  # a single cell
    sentence = in_words(heatmap)
    assert "The evidence is densest" in sentence
    for at, (start, end) in zip((row, column), described(sentence), strict=True):
        assert start - 1 / 16 <= at / 40 <= end + 1 / 16


def test_only_evidence_for_the_class_counts_and_a_signed_map_says_so() -> None:
    heatmap = -5 * peak(5, 0, 0)
    heatmap[3, 3] = 1
    assert in_words(heatmap) == (
        "The evidence for the class is strongest just below and right of the centre; "
        "half of it lies in 4 % of the area."
    )


def test_padding_around_the_photo_does_not_count() -> None:
    """A wide photo on a square: the network's rows 0, 1, 6 and 7 show no photo."""
    frame = Frame(100, 200, 224, -50, 0, 150, 200)
    heatmap = peak(8, 2, 4, width=0.5)
    heatmap[0] = 3
    assert "strongest near the top" in in_words(heatmap, frame)
    area = concentration(np.ones((8, 8), np.float32), frame)
    assert area is not None
    assert area.half_area == pytest.approx(1 / 2)
    only_padding = np.zeros((8, 8), np.float32)
    only_padding[0] = 1
    assert concentration(only_padding, frame) is None
    assert "Hardly anything in the photo" in in_words(only_padding, frame)


def test_a_crop_is_described_as_it_is() -> None:
    crop = Frame(100, 300, 224, 0, 100, 100, 200)
    heatmap = peak(5, 1, 3)
    assert in_words(heatmap, crop) == in_words(heatmap, SQUARE) == in_words(heatmap)


def test_a_map_with_a_single_positive_cell_in_many_is_blank() -> None:
    heatmap = -np.ones((20, 20), np.float32)
    heatmap[3, 3] = 1
    assert is_blank(heatmap)
    assert is_blank(np.zeros((5, 5), np.float32))
    assert not is_blank(np.eye(5, dtype=np.float32))


def test_a_map_without_positive_evidence_is_said_to_be_blank() -> None:
    assert concentration(-np.ones((4, 4), np.float32)) is None
    blank = np.zeros((5, 5), np.float32)
    assert in_words(blank) == "Hardly anything in the photo supports this class."
    assert in_words(blank, None, "sensitivity") == (
        "Hardly anything in the photo matters for this class."
    )
    assert strongest_in_words(blank, None, "activation") == ""


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("framing", Framing)
def test_the_sentence_is_true_of_the_samples(name: str, framing: Framing) -> None:
    analysis = analyze(load("resnet18"), SAMPLES[name].open(), framing)
    heatmap = analysis.heatmap(analysis.network.blocks[-1])
    sentence = in_words(heatmap, analysis.frame)
    assert len(sentence) <= len(longest_sentence("evidence"))
    if framing is Framing.CROP:
        held = np.cumsum(np.sort(heatmap.ravel())[::-1])
        fewest = int((held < held[-1] / 2).sum()) + 1
        assert f"{100 * fewest / heatmap.size:.0f} % of the area" in sentence
    if not re.search("several|band|ring|wide area", sentence):
        cell = np.unravel_index(heatmap.argmax(), heatmap.shape)
        assert any(
            all(start - 0.1 <= at <= end + 0.1 for at, (start, end) in zip(spot, box, strict=True))
            for spot in [_on_what_is_seen(cell, heatmap.shape[0], analysis.frame)]
            for box in map(described, sentence.split(", and nearly as strong "))
        ), sentence


def _on_what_is_seen(cell: tuple[np.intp, ...], cells: int, frame: Frame) -> list[float]:
    """The centre of a cell, as shares of the sides of what the network sees of the photo."""
    step = frame.input_size / cells
    point = frame.to_photo((cell[0] + 0.5) * step, (cell[1] + 0.5) * step)
    ends = (
        (frame.top, frame.bottom, frame.photo_height),
        (frame.left, frame.right, frame.photo_width),
    )
    return [
        float(np.clip((at - max(0, start)) / (min(end, pixels) - max(0, start)), 0, 1))
        for at, (start, end, pixels) in zip(point, ends, strict=True)
    ]
