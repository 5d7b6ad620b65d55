"""Tests of explorer/explain/exports.py."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.explain.batches import PhotoResult
from explorer.explain.exports import (
    SheetRow,
    archive,
    maps_npy,
    predictions_csv,
    sheet_csv,
    sheet_zip,
)
from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.photos.geometry import Framing


@pytest.fixture(scope="module")
def provenance(finding: Finding) -> Provenance:
    return Provenance.of(finding)


def test_the_npy_is_the_heatmap_and_carries_its_record(
    finding: Finding, provenance: Provenance, tmp_path: Path
) -> None:
    path = tmp_path / "heatmap.npy"
    path.write_bytes(maps_npy([finding.heatmap], [provenance]))
    heatmap = np.load(path)
    assert heatmap.dtype == np.float32
    np.testing.assert_array_equal(heatmap, finding.heatmap)
    with path.open("rb") as file:
        np.load(file)
        assert json.loads(str(np.load(file))) == provenance.record()


def test_the_csv_lists_every_class_with_the_record(
    finding: Finding, provenance: Provenance
) -> None:
    text = predictions_csv(finding, provenance).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(finding.network.labels)
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["label"] == finding.explained.label
    probabilities = {int(row["index"]): float(row["probability"]) for row in rows}
    expected = dict(enumerate(finding.probabilities.tolist()))
    assert probabilities == pytest.approx(expected, rel=1e-5)
    for name in ("variant", "weights", "recipe", "block", "target", "method", "scale", "device"):
        assert [row[name] for row in rows[:2]] == [str(provenance.record()[name]), ""]
    assert "captum" in rows[0]["versions"]


def test_the_csv_of_many_has_a_row_for_each_photo_and_why_one_failed(finding: Finding) -> None:
    best = (finding.explained, replace(finding.explained, label="wheelchair", probability=0.1))
    result = PhotoResult(finding.frame, best, best[0], finding.heatmap)
    photo_finding = Finding.of_many(
        "Photo 1", result, finding.network, Framing.CROP, "layer4.1", signed=False
    )
    encoded = sheet_csv(
        [
            SheetRow("Photo 1", photo_finding, best),
            SheetRow("Photo 2", reason="This picture is damaged."),
        ]
    )
    first, second = csv.DictReader(io.StringIO(encoded.decode("utf-8-sig")))
    assert (first["photo"], first["class_1"]) == ("Photo 1", finding.explained.label)
    assert (first["class_2"], first["probability_2"], first["class_3"]) == ("wheelchair", "0.1", "")
    assert (first["variant"], first["block"], first["reason"]) == ("ResNet-18", "layer4.1", "")
    assert float(first["strongest"]) == pytest.approx(float(finding.heatmap.max()))
    assert (second["photo"], second["reason"]) == ("Photo 2", "This picture is damaged.")
    assert second["variant"] == ""


def test_what_all_photos_share_is_written_once_and_files_can_be_joined(finding: Finding) -> None:
    file = "cups/IMG_1.jpg"
    result = PhotoResult(finding.frame, (finding.explained,), finding.explained, finding.heatmap)
    of_file = Finding.of_many(file, result, finding.network, Framing.CROP, "layer4.1", signed=False)
    rows = [SheetRow("Photo 1", reason="Damaged.")] + [
        SheetRow(f"Photo {n}", of_file, result.predictions, file=file, expected="cup",
                 beside=replace(finding.explained, label="ketch"))
        for n in (2, 3, 4)
    ]  # fmt: skip
    text = sheet_csv(rows).decode("utf-8-sig")
    assert text.count(finding.network.weights.recipe) == 1
    assert text.count("captum") == 1
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["file"] for row in table] == ["", file, file, file]
    assert {(row["expected"], row["beside"]) for row in table[1:]} == {("cup", "ketch")}
    assert [bool(row["variant"]) for row in table] == [False, True, False, False]


def test_a_name_is_never_a_formula_of_a_spreadsheet() -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM", "\tx", "a=b", "IMG.jpg"]
    text = sheet_csv([SheetRow("Photo", reason="x", file=name) for name in names])
    files = [row["file"] for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))]
    assert files == [*(f"'{name}" for name in names[:5]), *names[5:]]


def test_the_zip_of_many_holds_a_numbered_map_and_picture_for_each_row_that_has_one(
    finding: Finding,
) -> None:
    rows = [
        SheetRow("Photo 1", reason="This picture is damaged."),
        SheetRow("Photo 2", finding, (finding.explained,), b"picture"),
    ]
    with zipfile.ZipFile(io.BytesIO(sheet_zip(rows))) as packed:
        name = f"002-{finding.name}"
        assert set(packed.namelist()) == {"photos.csv", f"{name}.npy", f"{name}.jpg"}
        np.testing.assert_array_equal(
            np.load(io.BytesIO(packed.read(f"{name}.npy"))), finding.heatmap
        )
        assert packed.read(f"{name}.jpg") == b"picture"
        table = list(csv.DictReader(io.StringIO(packed.read("photos.csv").decode("utf-8-sig"))))
    assert [row["photo"] for row in table] == ["Photo 1", "Photo 2"]


def test_the_zip_holds_the_files_a_readme_and_the_record(provenance: Provenance) -> None:
    files = {"a.png": b"picture", "a.npy": b"map"}
    with zipfile.ZipFile(io.BytesIO(archive(files, [provenance]))) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {*files, "README.txt", "provenance.json"}
        assert packed.read("a.png") == b"picture"
        assert json.loads(packed.read("provenance.json")) == provenance.record()
        readme = packed.read("README.txt").decode()
    assert all(f"{name}: {value}" in readme for name, value in provenance.facts)
    assert "a.npy  the values themselves" in readme
