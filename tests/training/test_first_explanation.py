"""Tests of explorer/training/first_explanation.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.errors import ResultError
from explorer.training import first_explanation
from explorer.training.first_explanation import measure, recorded


def test_the_record_is_what_the_app_computes() -> None:
    record, live = recorded(), measure()
    assert (record.sample, record.variant, record.sha256) == (
        live.sample,
        live.variant,
        live.sha256,
    )
    assert (record.block, record.frame, record.calibration) == (
        live.block,
        live.frame,
        live.calibration,
    )
    assert [each.label for each in record.classes] == [each.label for each in live.classes]
    np.testing.assert_allclose(record.heatmap, live.heatmap, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        [each.probability for each in record.classes],
        [each.probability for each in live.classes],
        rtol=1e-3,
    )


def test_a_damaged_record_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "first_explanation.json"
    path.write_text("{}")
    monkeypatch.setattr(first_explanation, "PATH", path)
    with pytest.raises(ResultError, match="write it with"):
        recorded.__wrapped__()
