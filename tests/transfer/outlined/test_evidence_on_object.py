"""Tests of explorer/transfer/outlined/evidence_on_object.py, against sums over all pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import analyze, load
from explorer.errors import DataError
from explorer.paths import SHIPPED_CLASSES
from explorer.photos.geometry import frame
from explorer.photos.outlines import Outline
from explorer.transfer.labelled_photos import LabelledPhotos, labelled
from explorer.transfer.outlined.evidence_on_object import (
    OUTLINES,
    evidence_on_object,
    shipped_outlines,
)
from explorer.transfer.outlined.shipped_outlines import main


def photos() -> LabelledPhotos:
    """Three photos of two classes, which stand for the first two of a network."""
    opened = [Image.open(path).convert("RGB") for path in paths()]
    return labelled(
        ["kangaroo", "llama"], [opened[:2], opened[2:]], [["a.jpg", "b.jpg"], ["c.jpg"]]
    )


def paths() -> list[Path]:
    return sorted(SHIPPED_CLASSES.glob("test/panda/*.jpg"))[:3]


def box(photo: Image.Image) -> Outline:
    """The left part of a photo and something more, as an outline."""
    wide, high = photo.size
    points = ((0.0, 0.0), (0.6 * wide, 0.0), (0.4 * wide, float(high)), (0.0, float(high)))
    return Outline("", (wide, high), (0, 0, 0.6 * wide, high), points)


def test_the_share_is_that_of_the_pixels_on_the_object() -> None:
    network, every = load("resnet18"), photos()
    outlines = {
        ("kangaroo", "a.jpg"): box(every.photos[0]),
        ("llama", "c.jpg"): box(every.photos[2]),
    }
    found = evidence_on_object(network, every, np.arange(3), outlines)
    assert found is not None
    assert (found.labels, found.photos) == (("kangaroo", "llama"), 2)
    shares, areas = [], []
    for at, own in ((0, 0), (2, 1)):
        photo = every.photos[at]
        heatmap = analyze(network, photo).heatmap(target=own)
        mask = box(photo).mask(frame(photo, network.weights.preprocessing))
        side = len(mask) // len(heatmap)
        pixels = np.kron(heatmap, np.ones((side, side)))
        shares.append(pixels[mask].sum() / pixels.sum())
        areas.append(mask.mean())
    assert found.share.value == pytest.approx(np.mean(shares), abs=1e-4)
    assert found.area == pytest.approx(np.mean(areas), abs=1e-6)
    assert found.share.low <= found.share.value <= found.share.high


def test_without_outlines_there_is_nothing_to_say() -> None:
    assert evidence_on_object(load("resnet18"), photos(), np.arange(3), {}) is None


def test_every_shipped_outline_belongs_to_a_shipped_photo_of_its_shape() -> None:
    assert len(shipped_outlines()) == 46
    for (label, name), outline in shipped_outlines().items():
        (path,) = SHIPPED_CLASSES.glob(f"*/{label}/{name}")
        with Image.open(path) as photo:
            assert photo.width / photo.height == pytest.approx(
                outline.size[0] / outline.size[1], abs=0.02
            )


def test_the_command_keeps_the_outlines_of_shipped_photos(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "all.jsonl", tmp_path / "kept.jsonl"
    other = '{"file": "anchor/image_0001.jpg", "size": [3, 3], "box": [0, 0, 1, 1], "outline": []}'
    source.write_text(OUTLINES.read_text() + other + "\n")
    main([str(source), "--output", str(output)])
    assert output.read_text() == OUTLINES.read_text()
    assert capsys.readouterr().out == "46 outlines\n"
    with pytest.raises(DataError):
        main([str(tmp_path / "missing.jsonl")])
