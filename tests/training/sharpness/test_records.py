"""Tests of explorer/training/sharpness/records.py, on samples whose outlines ship."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from explorer.json_records import from_record
from explorer.photos.samples import FOLDER
from explorer.training.sharpness import records
from explorer.training.sharpness.candidates import BLOB, CANDIDATES, ERASING, SINGLE, blob
from explorer.training.sharpness.records import SharpnessRecord


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two outlined samples as a data set."""
    rows = []
    for line in (FOLDER / "outlines.jsonl").read_text().splitlines():
        row = json.loads(line)
        category = row["file"].partition("-")[0]
        if category not in ("bonsai", "butterfly", "kangaroo") or not row["outline"]:
            continue
        photo = tmp_path / "caltech66" / "val" / category / row["file"]
        photo.parent.mkdir(parents=True)
        photo.write_bytes((FOLDER / row["file"]).read_bytes())
        rows.append(row | {"file": f"{category}/{row['file']}", "split": "val"})
    rows.append(rows[0] | {"split": "train", "file": "bonsai/none.jpg"})
    rows.append(rows[0] | {"outline": None, "file": "bonsai/none.jpg"})
    (tmp_path / "outlines").mkdir()
    text = "\n".join(map(json.dumps, rows))
    (tmp_path / "outlines" / "outlines_dev.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_all_maps_are_measured_recorded_and_printed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(records, "ERASING", (SINGLE, BLOB))
    records.main(data, ["resnet18"], tmp_path)
    text = (tmp_path / "resnet18.json").read_text()
    record = from_record(SharpnessRecord, json.loads(text))
    count = len(records.outlined_photos(data))
    assert count >= 2
    assert sum(record.photos.values()) == sum(record.erased_photos.values()) == count
    assert list(record.maps) == list(CANDIDATES)
    assert record.maps[SINGLE].precision.difference.value == 0
    assert record.maps[SINGLE].cost == 1
    assert set(record.maps[BLOB].erased) == {"mean", "blur"}
    printed = capsys.readouterr().out
    for name, figures in record.maps.items():
        assert 0 < figures.precision.mean <= 1
        assert f"  {name}\n" in printed
    differences = {name: each.precision.difference.value for name, each in record.maps.items()}
    single = record.maps[SINGLE].precision.mean
    for name, each in record.maps.items():
        assert each.precision.mean == pytest.approx(single + differences[name])


def test_what_ships_was_measured_with_the_weights_that_ship() -> None:
    from explorer.weights.loading import load

    shipped = sorted(records.FOLDER.glob("*.json"))
    assert shipped
    for path in shipped:
        record = from_record(SharpnessRecord, json.loads(path.read_text()))
        assert record.sha256 == load(record.variant).weights.sha256
        assert sum(record.photos.values()) == 303
        assert len(record.photos) == 16
        assert set(ERASING) <= set(record.maps)


def test_the_blob_falls_off_evenly_from_the_centre() -> None:
    bump = blob(8).numpy()
    np.testing.assert_allclose(bump, bump[::-1])
    np.testing.assert_allclose(bump, bump.T)
    assert bump[0, 0] == bump.min() < bump[3, 3] == bump.max()
