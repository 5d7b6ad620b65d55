"""Tests of explorer/serving/analysis_log.py."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from explorer.networks.variants import VARIANTS
from explorer.serving import analysis_log
from explorer.weights.builtin import find
from explorer.weights.loading import load


def recorded(caplog: pytest.LogCaptureFixture, weights: str) -> dict[str, object]:
    with caplog.at_level(logging.INFO, logger="explorer.analyses"):
        analysis_log.record(load("resnet18", weights), "grad-cam", "layer4.1", 0.01234)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "\n" not in line
    entry: dict[str, object] = json.loads(line)
    return entry


def test_an_analysis_is_one_object_of_what_was_computed(caplog: pytest.LogCaptureFixture) -> None:
    assert recorded(caplog, "builtin") == {
        "event": "analysis",
        "variant": "resnet18",
        "weights": "builtin",
        "block": "layer4.1",
        "method": "grad-cam",
        "ms": 12.3,
        "device": "cpu",
    }


def test_photos_that_are_computed_together_are_one_line_with_their_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="explorer.analyses"):
        analysis_log.record(load("resnet18"), "grad-cam", "layer4.1", 0.2, photos=8)
    (line,) = [json.loads(record.getMessage()) for record in caplog.records]
    assert (line["photos"], line["ms"]) == (8, 200.0)


def test_the_name_of_a_readers_file_is_not_in_it(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    mine = tmp_path / "secret-name.safetensors"
    mine.write_bytes(find(VARIANTS["resnet18"]).read_bytes())
    entry = recorded(caplog, str(mine))
    assert entry["weights"] == "checkpoint"
    assert "secret" not in json.dumps(entry)


def test_the_server_prints_the_line_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("explorer.analyses")
    for name in ("handlers", "propagate"):
        monkeypatch.setattr(logger, name, getattr(logger, name))
    level = logger.level
    analysis_log.to_stderr()
    try:
        logger.info('{"event": "analysis"}')
    finally:
        logger.setLevel(level)
    assert capsys.readouterr().err == '{"event": "analysis"}\n'
