"""Tests of explorer/training/recorded_curves.py."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from explorer.errors import ResultError
from explorer.lessons.facts import fact
from explorer.training import recorded_curves
from explorer.training.recorded_curves import CURVES, curves


def test_a_curve_tells_errors_of_the_recorded_file() -> None:
    with (CURVES / "plain18.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    curve = curves()["plain18"]
    assert (curve.title, curve.is_plain, len(curve.epochs)) == ("Plain-18", True, 40)
    assert curve.training[-1] == 100 - float(last["clean_top1"])
    assert curve.validation[-1] == 100 - float(last["top1"])
    assert curves()["residual18"].title == "Residual-18"


def test_what_the_lesson_says_of_the_twins_holds() -> None:
    """Degradation is about training error: depth hurts the plain twin there, and no other."""
    error = {name: fact(f"learning.{name}.training").value for name in curves()}
    assert error["plain34"] > 2 * error["plain18"] > 2 * error["residual18"]
    assert abs(error["residual34"] - error["residual18"]) < 2
    missed = {name: fact(f"learning.{name}.validation").value for name in curves()}
    assert missed["plain34"] > missed["plain18"] > missed["residual18"]


def test_the_papers_table_is_as_printed() -> None:
    names = ("plain.18", "plain.34", "resnet.18", "resnet.34")
    values = [fact(f"learning.paper.{name}").value for name in names]
    assert values == [27.94, 28.54, 27.88, 25.03]


def test_a_damaged_curve_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain18.csv").write_text("epoch,top1\n1,none\n")
    monkeypatch.setattr(recorded_curves, "CURVES", tmp_path)
    curves.cache_clear()
    with pytest.raises(ResultError, match=r"plain18\.csv cannot be read"):
        curves()
    curves.cache_clear()
