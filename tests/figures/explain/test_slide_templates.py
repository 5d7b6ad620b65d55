"""Tests of explorer/figures/explain/slide_templates.py."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer.explain.analysis import Prediction
from explorer.explain.exports import SheetRow
from explorer.explain.finding import Finding
from explorer.explain.method_catalogue import METHODS
from explorer.figures.explain import slide_templates
from explorer.figures.explain.duel_slide import Contestant, depth_duel
from explorer.figures.explain.slide import draw, parts
from explorer.figures.explain.slide_layout import PlacedPicture
from explorer.figures.explain.slide_templates import Side
from explorer.figures.palettes import PALETTES, table
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS


def of_variant(finding: Finding, name: str) -> Finding:
    network = finding.network
    other = Network(VARIANTS[name], network.weights, network.module, network.device)
    return replace(finding, network=other)


@pytest.fixture
def contestants(finding: Finding) -> list[Contestant]:
    best = finding.explained
    names = zip(("resnet18", "resnet34", "resnet50"), (2.0, 3.0, 8.2), strict=True)
    return [Contestant(of_variant(finding, name), best, ms) for name, ms in names]


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.title)
@pytest.mark.parametrize("opacity", [0.35, 1.0])
def test_a_planted_cell_has_the_colour_of_palette_and_opacity_on_every_slide(
    finding: Finding, palette: object, opacity: float
) -> None:
    photo = Image.new("RGB", (451, 300), "#808080")
    planted = np.zeros((5, 5), np.float32)
    planted[2, 2] = 1
    settings = PictureSettings(palette, opacity, cells=True)  # type: ignore[arg-type]
    single = replace(finding, heatmap=planted, ladder={"layer4.1": planted})
    other = replace(single, method=METHODS["hires-cam"], ladder={})
    contestants = [Contestant(of_variant(single, n), single.explained, 1.0) for n in VARIANTS]
    slides = [
        slide_templates.one_answer(photo, single, settings),
        slide_templates.side_by_side([(photo, single), (photo, other)], settings),
        depth_duel(photo, contestants[:5], 7, settings),
        slide_templates.compared([Side(photo, single, "a")] * 2, "b", "c", settings),
    ]
    colour = table(False, palette)[-1].astype(float)[:3]  # type: ignore[arg-type]
    expected = opacity * colour + (1 - opacity) * 128
    row, column = single.frame.to_photo(*(0.5 * single.frame.input_size,) * 2)
    for slide in slides:
        picture = draw(slide)
        boxes = [part.box for part in parts(slide) if isinstance(part, PlacedPicture)]
        for box in boxes[: len(slide.panels) - slide.single]:
            x, y = box.left + column / 451 * box.width, box.top + row / 300 * box.height
            pixel = np.array(picture.getpixel((round(x), round(y))), float)
            np.testing.assert_allclose(pixel, expected, atol=3)


def test_an_answer_that_is_not_the_networks_own_says_so(
    finding: Finding, photo: Image.Image
) -> None:
    own = slide_templates.one_answer(photo, finding, STANDARD)
    other = Prediction(0, finding.network.labels[0], 0.01)
    asked = slide_templates.one_answer(photo, replace(finding, explained=other), STANDARD)
    assert "(" not in own.subtitle
    assert asked.subtitle.startswith("1.0\N{NO-BREAK SPACE}% (its answer: ")


def test_a_duel_shows_answers_and_times_and_sums_up_what_they_are(
    contestants: list[Contestant], photo: Image.Image
) -> None:
    slide = depth_duel(photo, contestants, 7, STANDARD)
    label = contestants[0].best.label.replace("_", " ")
    assert [panel.title for panel in slide.panels] == ["ResNet-18", "ResNet-34", "ResNet-50"]
    assert [panel.note for panel in slide.panels] == ["2.0 ms", "3.0 ms", "8.2 ms"]
    assert slide.sentence == (
        f"All 3 answer {label}. ResNet-50 takes 4.1 times as long as ResNet-18."
    )
    assert "median of 7 passes on CPU" in slide.subtitle
    disagreeing = replace(contestants[2], best=Prediction(1, "tank", 0.5), milliseconds=2.0)
    slide = depth_duel(photo, [*contestants[:2], disagreeing], 7, STANDARD)
    assert slide.sentence.startswith(f"1 of the 2 others answers {label}, as ResNet-18 does.")
    slide = depth_duel(photo, [contestants[0], disagreeing], 7, STANDARD)
    assert slide.sentence == f"None of the others answers {label}, as ResNet-18 does."
    assert slide.panels[1].answer == "tank · 50.0\N{NO-BREAK SPACE}%"


def test_what_distinguishes_two_explanations_names_them(
    finding: Finding, photo: Image.Image
) -> None:
    method = replace(finding, method=METHODS["hires-cam"])
    slide = slide_templates.side_by_side([(photo, finding), (photo, method)], STANDARD)
    assert [panel.title for panel in slide.panels] == ["Grad-CAM", "HiRes-CAM"]
    assert slide.sentence.startswith("Only the method differs. 100 % of what the maps show ")
    assert "ResNet-18" in slide.subtitle
    block = replace(finding, block="layer3.0", heatmap=finding.ladder["layer3.0"])
    deeper = of_variant(block, "resnet50")
    slide = slide_templates.side_by_side([(photo, finding), (photo, deeper)], STANDARD)
    assert [panel.title for panel in slide.panels] == [
        "ResNet-18 · layer4.1",
        "ResNet-50 · layer3.0",
    ]
    assert slide.sentence.startswith("Only the network and block differ.")
    assert slide.subtitle == ""
    assert all(panel.answer == finding.answer for panel in slide.panels)
    pixels = replace(finding, method=METHODS["saliency"], heatmap=np.ones((8, 8), np.float32))
    slide = slide_templates.side_by_side([(photo, finding), (photo, pixels)], STANDARD)
    assert slide.sentence.startswith("Only the method differs.")


def test_of_many_photos_the_first_ones_are_shown_as_their_cards_are(finding: Finding) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (90, 60), "#336699").save(buffer, "PNG")
    row = SheetRow("Photo", finding, (finding.explained,), buffer.getvalue())
    rows = [SheetRow("Photo", reason="Damaged."), *[row] * 20]
    slide = slide_templates.many_photos(rows, "All are cats.", STANDARD)
    assert len(slide.panels) == slide_templates.MOST_PHOTOS
    assert slide.title == "ResNet-18 on 20 photos, 15 of them shown"
    picture, first = draw(slide), next(p for p in parts(slide) if isinstance(p, PlacedPicture))
    middle = first.box.left + first.box.width // 2, first.box.top + first.box.height // 2
    assert picture.getpixel(middle) == (0x33, 0x66, 0x99)
