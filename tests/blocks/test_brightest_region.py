"""Tests of explorer/blocks/brightest_region.py, with planted maps and photos occluded by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer import analyze, load
from explorer.blocks.brightest_region import (
    RegionTest,
    brightest_region,
    on_photo,
    try_region,
)
from explorer.blocks.region_occlusion import Fill, HiddenPart
from explorer.explain.analysis import Prediction
from explorer.photos.geometry import Frame
from explorer.wording import unbroken

FRAME = Frame(160, 160, 160, 0, 0, 160, 160)


def planted(side: int = 5) -> np.ndarray:
    heatmap = np.zeros((side, side), np.float32)
    heatmap[1, 3] = 2.0
    return heatmap


def test_the_region_is_the_brightest_fifth_and_no_faint_place() -> None:
    slope = np.arange(25, dtype=np.float32).reshape(5, 5)
    bright = brightest_region(slope, FRAME)
    assert bright
    assert bright.region.share == pytest.approx(0.2, abs=0.001)
    assert bright.painted[bright.region.inside].min() >= bright.painted[~bright.region.inside].max()
    squared = brightest_region(slope**2, FRAME)  # another map of the same order of cells
    assert squared
    assert (squared.region.inside == bright.region.inside).mean() > 0.97
    alone = brightest_region(planted(), FRAME)
    assert alone
    rows, columns = np.nonzero(alone.region.inside)
    assert (rows.mean() + 0.5, columns.mean() + 0.5) == pytest.approx((48, 112))
    assert 1 / 25 < alone.region.share < 4 / 25  # a raised cosine over less than two cells each way


def test_values_below_zero_do_not_count_and_a_fine_map_is_averaged() -> None:
    negative = brightest_region(planted() - 0.01, FRAME)
    plain = brightest_region(planted(), FRAME)
    assert negative
    assert plain
    assert (negative.region.inside == plain.region.inside).all()
    noise = np.abs(np.random.default_rng(0).normal(size=(160, 160))).astype(np.float32)
    noise[40:60, 90:120] += 3
    found = brightest_region(noise, FRAME)
    assert found
    assert found.region.inside[45:55, 95:115].all()
    assert found.region.share == pytest.approx(0.2, abs=0.001)


@pytest.mark.parametrize("heatmap", [np.zeros((5, 5)), np.ones((5, 5)), -planted()])
def test_a_map_in_which_nothing_stands_out_has_none(heatmap: np.ndarray) -> None:
    assert brightest_region(heatmap.astype(np.float32), FRAME) is None


def test_the_padding_belongs_to_no_region() -> None:
    wide = Frame(100, 200, 160, -50, 0, 150, 200)  # the whole photo, with bars above and below
    assert on_photo(wide).sum(0).tolist() == [80] * 160
    heatmap = np.zeros((5, 5), np.float32)
    heatmap[0, 2], heatmap[2, 2] = 9, 1
    bright = brightest_region(heatmap, wide)
    assert bright
    assert not bright.region.inside[:40].any()
    assert not bright.as_much_elsewhere(wide).inside[:40].any()


def test_as_much_elsewhere_is_as_large_and_farthest_away() -> None:
    bright = brightest_region(planted(), FRAME)
    assert bright
    other = bright.as_much_elsewhere(FRAME).inside
    assert other.sum() == bright.region.inside.sum()
    assert not (other & bright.region.inside).any()
    assert other[159, 0]


def test_the_outline_runs_around_the_region_on_the_photo() -> None:
    crop = Frame(200, 300, 160, 0, 50, 200, 250)
    bright = brightest_region(planted(), crop)
    assert bright
    (line,) = bright.outline(crop)
    assert line[0] == line[-1]
    x, y = np.array(line).T
    rows, columns = np.nonzero(bright.region.inside)
    edges = (columns.min(), columns.max() + 1, rows.min(), rows.max() + 1)
    found = ((x.min() - 1 / 6) * 240, (x.max() - 1 / 6) * 240, y.min() * 160, y.max() * 160)
    assert found == pytest.approx(edges, abs=1.5)
    corner = np.zeros((5, 5), np.float32)
    corner[0, 0] = 1
    at_edge = brightest_region(corner, FRAME)
    assert at_edge
    assert np.array(at_edge.outline(FRAME)[0]).min() == pytest.approx(0, abs=0.004)


@pytest.mark.parametrize("hides", HiddenPart)
def test_the_answer_is_that_to_a_photo_painted_over_by_hand(
    photo: Image.Image, hides: HiddenPart
) -> None:
    network = load("resnet18")
    square = photo.resize((192, 192))  # as the network resizes it: no pixel is mixed with another
    whole = analyze(network, square)
    index = whole.predicted.index
    bright = brightest_region(whole.heatmap(), whole.frame)
    assert bright
    test = try_region(whole, index, bright, hides)
    for region, probability in (
        (bright.region, test.after),
        (bright.as_much_elsewhere(whole.frame), test.elsewhere),
    ):
        pixels = np.array(square)
        hidden = region.inside if hides is HiddenPart.REGION else ~region.inside
        pixels[16:176, 16:176][hidden] = np.rint(255 * np.array(network.weights.preprocessing.mean))
        painted = analyze(network, Image.fromarray(pixels))
        assert probability == pytest.approx(painted.probabilities[index], abs=0.01)
    assert test.before.probability == pytest.approx(whole.predicted.probability)
    assert test.occlusion.region.share == bright.region.share
    assert test.occlusion.fill is Fill.MEAN


def outcome(hides: HiddenPart, before: float, after: float, elsewhere: float) -> RegionTest:
    """A test with given probabilities of the first of 66 classes."""
    analysis = analyze(load("resnet18"), Image.new("RGB", (160, 160), "teal"))
    bright = brightest_region(planted(), analysis.frame)
    assert bright
    done = try_region(analysis, 0, bright, hides)
    return replace(done, before=Prediction(0, "car_side", before), after=after, elsewhere=elsewhere)


@pytest.mark.parametrize(
    ("hides", "before", "after", "elsewhere", "verdict"),
    [
        ("region", 0.992, 0.61, 0.98, "it matters"),
        ("region", 0.992, 0.61, 0.70, "it matters, and so does the rest"),
        ("region", 0.992, 0.95, 0.98, "the class hardly needs it"),
        ("region", 0.03, 0.02, 0.03, "the class hardly needs it"),
        ("region", 0.40, 0.55, 0.41, "it counted against the class"),
        ("region", 0.01, 0.001, 0.01, "the network hardly saw it before, so this says little"),
        ("rest", 0.01, 0.4, 0.01, "the network hardly saw it before, so this says little"),
        ("rest", 0.9, 0.1, 0.0, "it is not enough on its own"),
        ("rest", 0.9, 0.5, 0.0, "it is a part of the evidence"),
        ("rest", 0.9, 0.8, 0.1, "it is enough on its own"),
        ("rest", 0.9, 0.8, 0.85, "it is enough, and so is as much of the rest"),
    ],
)
def test_the_sentence_is_true_in_each_case(
    hides: str, before: float, after: float, elsewhere: float, verdict: str
) -> None:
    test = outcome(HiddenPart(hides), before, after, elsewhere)
    assert test.sentence.startswith(
        unbroken(f"car side {100 * before:.1f} % \N{RIGHTWARDS ARROW} ")
    )
    assert test.sentence.endswith(f"%: {verdict}.")


def test_a_new_first_guess_is_named() -> None:
    done = outcome(HiddenPart.REGION, 0.9, 0.1, 0.9)
    best = done.occlusion.predictions[0]
    darkest = "Hiding as much where the map is darkest leaves car side at 90.0 %."
    assert done.comparison.endswith(unbroken(darkest))
    other = replace(done, before=Prediction(best.index, best.label, 0.9))
    assert "first guess" not in other.comparison
    assert ("The first guess is now" in done.comparison) == (best.index != 0)
