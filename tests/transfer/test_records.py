"""Tests of the records of teaching: how they are kept, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.errors import ResultError
from explorer.transfer.recorded.results import (
    FOLDER,
    SHIPPED,
    RecordedCurve,
    RecordedCurves,
    RecordedPoint,
    Way,
    read,
)
from explorer.transfer.records import Kept, jobs, write

CURVE = RecordedCurve("set", "resnet18", Way.PROBE, 0, (RecordedPoint(1, (0.25, 0.5)),))


def test_a_result_is_measured_once(tmp_path: Path) -> None:
    measured: list[str] = []

    def measure() -> RecordedCurve:
        measured.append("once")
        return CURVE

    for _ in range(2):
        assert Kept(tmp_path).once("curve", RecordedCurve, measure) == CURVE
    assert measured == ["once"]


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = RecordedCurves("a command", "2026-11-30", (CURVE, CURVE))
    write(record, tmp_path / "curves.json")
    assert read(RecordedCurves, tmp_path / "curves.json") == record
    assert len((tmp_path / "curves.json").read_text().splitlines()) == 8
    (tmp_path / "curves.json").write_text("{}")
    with pytest.raises(ResultError, match="write it with"):
        read(RecordedCurves, tmp_path / "curves.json")


def test_every_result_is_measured_under_a_name_of_its_own() -> None:
    every = list(jobs())
    assert len(set(every)) == len(every)
    trained = [way.trains for _, _, way in every]
    assert trained == sorted(trained)  # what takes no training comes first


def test_the_shipped_set_is_small_and_says_whose_photos_it_holds() -> None:
    folder = FOLDER / SHIPPED
    photos = list(folder.rglob("*.jpg"))
    assert len(photos) == 192
    assert sum(photo.stat().st_size for photo in photos) < 2_000_000
    for part in ("train", "test"):
        assert {len(list(each.iterdir())) for each in (folder / part).iterdir()} == {12}
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text
    assert "Fei-Fei Li" in text
