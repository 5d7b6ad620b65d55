"""Tests of explorer/exports.py."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from explorer.exports import archive, heatmap_npy, predictions_csv
from explorer.provenance import Finding, Provenance


@pytest.fixture(scope="module")
def provenance(finding: Finding) -> Provenance:
    return Provenance.of(finding)


def test_the_npy_is_the_heatmap_and_carries_its_record(
    finding: Finding, provenance: Provenance, tmp_path: Path
) -> None:
    path = tmp_path / "heatmap.npy"
    path.write_bytes(heatmap_npy(finding, provenance))
    read = np.load(path)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, finding.heatmap)
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
    found = {int(row["index"]): float(row["probability"]) for row in rows}
    expected = dict(enumerate(finding.probabilities.tolist()))
    assert found == pytest.approx(expected, rel=1e-5)
    for name in ("variant", "weights", "recipe", "block", "target", "method", "scale", "device"):
        assert {row[name] for row in rows} == {str(provenance.record()[name])}
    assert "captum" in rows[0]["versions"]


def test_the_zip_holds_the_files_a_readme_and_the_record(provenance: Provenance) -> None:
    files = {"a.png": b"picture", "a.npy": b"map"}
    with zipfile.ZipFile(io.BytesIO(archive(files, provenance))) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {*files, "README.txt", "provenance.json"}
        assert packed.read("a.png") == b"picture"
        assert json.loads(packed.read("provenance.json")) == provenance.record()
        readme = packed.read("README.txt").decode()
    assert all(f"{name}: {value}" in readme for name, value in provenance.facts)
    assert "a.npy  the map itself" in readme
