"""Tests of explorer/ui/networks.py; what it says on the page is tested in tests/pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from explorer.errors import DeviceError
from explorer.ui import checkpoint, networks
from explorer.weights.pool import NetworkKey


def test_a_checkpoint_that_does_not_fit_on_the_gpu_stays_whole_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved: list[str] = []
    network = SimpleNamespace(device="cpu", module=SimpleNamespace(to=moved.append))

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(checkpoint, "on", full)
    with pytest.raises(DeviceError, match="Choose CPU"):
        networks._own(NetworkKey("resnet18", "checkpoint", "cuda"), network)  # type: ignore[arg-type]
    assert moved == ["cpu"]
