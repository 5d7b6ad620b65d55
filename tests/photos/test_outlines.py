"""Tests of explorer/photos/outlines.py, with outlines whose pixels are known."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explorer.errors import DataError
from explorer.photos.geometry import Frame, paint_back
from explorer.photos.outlines import Outline, read_outlines
from explorer.photos.samples import FOLDER, SAMPLES

# A photo of 300 x 200 pixels, of which a network sees the square in the middle, enlarged twice.
FRAME = Frame(200, 300, 400, top=0, left=50, bottom=200, right=250)
RECTANGLE = Outline(
    "cup/a.jpg", (300, 200), (100, 20, 150, 60), ((100, 20), (150, 20), (150, 60), (100, 60))
)


def planted() -> np.ndarray:
    mask = np.zeros((400, 400), bool)
    mask[40:120, 100:200] = True
    return mask


def test_a_rectangle_covers_the_pixels_whose_centres_lie_in_it() -> None:
    assert (RECTANGLE.mask(FRAME) == planted()).all()
    assert RECTANGLE.category == "cup"


def test_a_smaller_copy_of_the_photo_has_the_same_mask() -> None:
    assert (RECTANGLE.mask(FRAME.scaled(100, 150)) == planted()).all()


def test_what_lies_outside_the_input_is_left_out_and_a_box_is_no_outline() -> None:
    beside = Outline("a", (300, 200), (0, 0, 50, 200), ((0, 0), (80, 0), (80, 200), (0, 200)))
    mask = beside.mask(FRAME)
    assert mask[:, :60].all()
    assert not mask[:, 60:].any()
    assert not Outline("a", (300, 200), (0, 0, 50, 200), None).mask(FRAME).any()


def test_the_outlines_of_samples_agree_with_pillow_on_the_photo() -> None:
    outlined = [each for each in read_outlines(FOLDER / "outlines.jsonl") if each.outline]
    assert len(outlined) > 2
    sizes = {sample.file: sample.open().size for sample in SAMPLES.values()}
    for outline in outlined:
        width, height = sizes[outline.file]
        assert outline.size == (width, height)
        side = max(height, width)
        whole = Frame(height, width, side, 0, 0, height, width)
        picture = Image.new("L", (width, height), 0)
        ImageDraw.Draw(picture).polygon([tuple(point) for point in outline.outline], fill=1)
        ours = paint_back(outline.mask(whole).astype(np.float32), whole, smooth=False) > 0.5
        assert (ours != np.asarray(picture, bool)).mean() < 0.02


def test_a_file_is_read_plain_or_gzipped(tmp_path: Path) -> None:
    row = {"file": "cup/a.jpg", "size": [300, 200], "box": [1, 2, 3, 4], "outline": None}
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(json.dumps(row))
    packed.write_bytes(gzip.compress(json.dumps(row | {"split": "val"}).encode()))
    assert read_outlines(plain)[0].split == ""
    (read,) = read_outlines(packed)
    assert read == Outline("cup/a.jpg", (300, 200), (1, 2, 3, 4), None, "val")


@pytest.mark.parametrize("content", [b"no json", b"{}", b"\xff\xfe"])
def test_another_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outlines.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"outlines\.jsonl holds no outlines"):
        read_outlines(path)
    with pytest.raises(DataError, match="give another file"):
        read_outlines(tmp_path / "none.jsonl.gz")
