"""Tests of explorer/photos/samples.py."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from explorer import analyze, load
from explorer.array_types import Map
from explorer.errors import ImageError
from explorer.networks.network import Network
from explorer.networks.variants import VARIANTS
from explorer.photos import samples
from explorer.photos.geometry import paint_back
from explorer.photos.samples import FIRST, FOLDER, IN_TRAY, SAMPLES, Group, Sample
from explorer.weights import builtin

DEPTHS = [name for name, variant in VARIANTS.items() if builtin.path_of(variant).is_file()]
OUTLINES = {
    record["file"]: record
    for record in map(json.loads, (FOLDER / "outlines.jsonl").read_text().splitlines())
}


@dataclass(frozen=True)
class Answer:
    """What one depth says of a sample."""

    label: str
    on_object: float | None  # share of the evidence, if people drew an outline


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Answer]]:
    """What each of the built-in depths says of each sample."""
    networks = [load(name) for name in DEPTHS]
    return {
        name: [answer(network, sample) for network in networks] for name, sample in SAMPLES.items()
    }


def answer(network: Network, sample: Sample) -> Answer:
    analysis = analyze(network, sample.open())
    share = None
    if OUTLINES.get(sample.file, {}).get("outline"):
        painted = np.nan_to_num(paint_back(analysis.heatmap(), analysis.frame))
        share = float((painted * inside(sample)).sum() / painted.sum())
    return Answer(analysis.predictions[0].label, share)


def inside(sample: Sample) -> Map:
    """Where the object is that people drew the outline of, shape (height, width)."""
    mask = Image.new("L", sample.open().size, 0)
    outline = OUTLINES[sample.file]["outline"]
    ImageDraw.Draw(mask).polygon([tuple(point) for point in outline], fill=1)
    return np.asarray(mask, np.float32)


def test_the_group_says_how_many_depths_are_right(answers: dict[str, list[Answer]]) -> None:
    assert len(DEPTHS) == 5
    for name, sample in SAMPLES.items():
        right = sum(answer.label == sample.category for answer in answers[name])
        measured = Group.KNOWN if right == 5 else Group.DISPUTED if right >= 3 else Group.FOOLING
        assert sample.group is measured, name


def test_what_is_told_of_single_samples_is_so(answers: dict[str, list[Answer]]) -> None:
    said = {name: {answer.label for answer in each} for name, each in answers.items()}
    assert said["soccer_ball"] == {"dalmatian"}
    assert said["rocket"] == {"ketch"}
    assert len(said["elephant"]) > 1


def test_the_app_opens_on_the_sample_whose_evidence_lies_most_on_the_object(
    answers: dict[str, list[Answer]],
) -> None:
    shares = {
        name: min(answer.on_object or 0.0 for answer in each)
        for name, each in answers.items()
        if SAMPLES[name].group is Group.KNOWN and each[0].on_object is not None
    }
    assert len(shares) == 4
    assert max(shares, key=shares.__getitem__) == FIRST
    assert shares[FIRST] > 2 / 3
    assert shares[FIRST] > 1.4 * inside(SAMPLES[FIRST]).mean()


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_sample_opens_as_rgb_and_names_source_and_licence(sample: Sample) -> None:
    image = sample.open()
    assert image.mode == "RGB"
    assert min(image.size) >= 128
    assert sample.source
    assert sample.licence
    assert (sample.category or "None of the categories") in sample.truth


def test_what_ships_is_a_sample_and_the_tray_shows_each_group() -> None:
    shipped = {file.name for file in FOLDER.glob("*-*.jpg")}
    assert shipped == {sample.file for sample in SAMPLES.values() if sample.held_back}
    assert len(shipped) == 24
    assert [SAMPLES[name].group for name in IN_TRAY] == [
        *[Group.KNOWN] * 4,
        *[Group.DISPUTED] * 2,
        *[Group.FOOLING] * 2,
    ]


def test_the_motorcycle_is_a_part_of_the_stereo_motorcycle() -> None:
    left, _, _ = data.stereo_motorcycle()
    sample = SAMPLES["motorcycle"]
    first_column, first_row, last_column, last_row = sample.box or ()
    expected = left[first_row:last_row, first_column:last_column]
    np.testing.assert_array_equal(np.asarray(sample.open()), expected)


@pytest.mark.parametrize(
    ("name", "folder", "sentence"),
    [("cat", "_data_folder", "install scikit-image again"), (FIRST, "FOLDER", "install the app")],
)
def test_a_lost_photo_is_one_sentence(
    name: str, folder: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    lost = (lambda: tmp_path) if folder.startswith("_") else tmp_path
    monkeypatch.setattr(samples, folder, lost)
    with pytest.raises(ImageError, match=sentence):
        SAMPLES[name].open()


def test_a_sample_belongs_to_a_built_in_category_or_to_none() -> None:
    labels = load("resnet18").labels
    assert {sample.category for sample in SAMPLES.values()} <= {*labels, None}
    assert "Middlebury" in SAMPLES["motorcycle"].source
    assert "GCPR 2014" in SAMPLES["motorcycle"].source


def test_what_is_done_to_an_opened_sample_does_not_reach_the_next_one() -> None:
    before = np.asarray(SAMPLES["cat"].open())
    SAMPLES["cat"].open().paste((255, 0, 0), (0, 0, 50, 50))
    np.testing.assert_array_equal(np.asarray(SAMPLES["cat"].open()), before)
