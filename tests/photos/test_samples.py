"""Tests of explorer/photos/samples.py."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from explorer import load
from explorer.errors import ImageError
from explorer.photos import samples
from explorer.photos.samples import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_sample_opens_as_rgb_and_names_source_and_licence(sample: Sample) -> None:
    image = sample.open()
    assert image.mode == "RGB"
    assert min(image.size) >= 128
    assert sample.source
    assert sample.licence


def test_the_first_sample_is_a_part_of_the_stereo_motorcycle() -> None:
    left, _, _ = data.stereo_motorcycle()
    sample = next(iter(SAMPLES.values()))
    first_column, first_row, last_column, last_row = sample.box or ()
    expected = left[first_row:last_row, first_column:last_column]
    np.testing.assert_array_equal(np.asarray(sample.open()), expected)


def test_a_lost_photo_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(samples, "_data_folder", lambda: tmp_path)
    with pytest.raises(ImageError, match="install scikit-image again"):
        SAMPLES["cat"].open()


def test_a_sample_belongs_to_a_built_in_category_or_to_none() -> None:
    labels = load("resnet18").labels
    assert {sample.category for sample in SAMPLES.values()} <= {*labels, None}
    assert "Middlebury" in SAMPLES["motorcycle"].source
    assert "GCPR 2014" in SAMPLES["motorcycle"].source


def test_what_is_done_to_an_opened_sample_does_not_reach_the_next_one() -> None:
    before = np.asarray(SAMPLES["cat"].open())
    SAMPLES["cat"].open().paste((255, 0, 0), (0, 0, 50, 50))
    np.testing.assert_array_equal(np.asarray(SAMPLES["cat"].open()), before)
