"""Tests of explorer/ui/explain/latest_explanation.py: what it logs of an analysis."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PIL import Image

from explorer import analyze, load
from explorer.blocks.lesions import Lesion
from explorer.photos.geometry import Framing
from explorer.ui.explain import block_findings, latest_explanation
from explorer.ui.explain.latest_explanation import Explanation
from explorer.ui.frame.compute_turn import ComputeTurn
from explorer.weights.pool import NetworkKey


@contextmanager
def turn_of_a_quarter() -> Iterator[ComputeTurn]:
    """A turn that takes 250 ms, by its own account."""
    turn = ComputeTurn()
    yield turn
    turn.seconds = 0.25


@pytest.fixture
def explanation(photo: Image.Image, monkeypatch: pytest.MonkeyPatch) -> Explanation:
    """An explanation whose forward pass took a second, and each turn 250 ms."""
    for module in (latest_explanation, block_findings):
        monkeypatch.setattr(module, "compute_turn", turn_of_a_quarter)
    analysis = replace(analyze(load("resnet18"), photo), seconds=1.0)
    key = ("photo", NetworkKey("resnet18", "builtin"), Framing.CROP)
    return Explanation(key, analysis)


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, float]]:
    """Method, block and milliseconds of each analysis in the log."""
    entries = [json.loads(record.getMessage()) for record in caplog.records]
    return [(entry["method"], entry["block"], entry["ms"]) for entry in entries]


def test_each_analysis_is_logged_once_and_the_first_one_with_its_forward_pass(
    explanation: Explanation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="explorer.analyses"):
        for _ in range(2):
            explanation.ladder(0, signed=False)
            explanation.contributions(0)
            assert explanation.once("occlusion", "where", lambda: 7) == 7
            explanation.study.without(Lesion(("layer1.0", "layer4.1")), 0)
    assert logged(caplog) == [
        ("grad-cam", "all", 1250.0),
        ("activations", "all", 250.0),
        ("occlusion", "", 250.0),
        ("lesion", "layer1.0,layer4.1", 250.0),
    ]
