"""Tests of explorer/ui/networks/chosen_network.py; its notices are tested in tests/pages."""

from __future__ import annotations

import pytest
import torch

from explorer import load
from explorer.errors import DeviceError
from explorer.networks.devices import Precision
from explorer.ui.networks import chosen_network, own_checkpoint


def test_a_checkpoint_that_does_not_fit_on_the_gpu_stays_whole_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = load("resnet18")
    before = {name: tensor.data_ptr() for name, tensor in network.module.state_dict().items()}

    def out_of_memory(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(own_checkpoint, "on", out_of_memory)
    monkeypatch.setattr(own_checkpoint, "mine", lambda: network)
    monkeypatch.setattr(chosen_network, "compute", lambda: ("cuda", Precision.FLOAT32))
    with pytest.raises(DeviceError, match="Choose CPU"):
        chosen_network.own("checkpoint")
    after = {name: tensor.data_ptr() for name, tensor in network.module.state_dict().items()}
    assert after == before
