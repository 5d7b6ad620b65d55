"""Tests of explorer/ui/networks/device_line.py."""

from __future__ import annotations

import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer.networks import devices
from explorer.paths import ENTRY_SCRIPT
from patience import PATIENCE


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)


def test_the_only_device_is_described_and_not_asked_for(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "available", lambda: ("cpu",))
    app.run()
    assert any("with 1 thread, in float32." in caption.value for caption in app.caption)
    assert "Device" not in [control.label for control in app.segmented_control]


def test_where_there_are_several_the_reader_chooses(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "available", lambda: ("mps", "cpu"))
    monkeypatch.setattr(devices, "choose", lambda name: torch.device("cpu"))
    app.run()
    assert app.session_state["working_network"].device == "mps"
    app.segmented_control(key="device").set_value("cpu").run()
    assert app.session_state["working_network"].device == "cpu"
    assert not app.exception


def test_no_precision_is_offered_where_there_is_only_one(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "available", lambda: ("mps", "cpu"))
    monkeypatch.setattr(devices, "choose", lambda name: torch.device("cpu"))
    app.run()
    assert "Precision" not in [control.label for control in app.segmented_control]
