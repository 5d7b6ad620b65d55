"""Tests of explorer/ceilings.py."""

from __future__ import annotations

import pytest
import torch

from explorer import ceilings
from explorer.ceilings import measure_ceiling
from explorer.measurements import Dtype

CPU = torch.device("cpu")


@pytest.mark.parametrize("dtype", [Dtype.FLOAT32, Dtype.BFLOAT16])
def test_the_fastest_product_counts(dtype: Dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "SIZES", {"cpu": 100})
    times = iter([9.0, 0.5, 0.25, 1.0])  # of the call that warms up, and of three more
    monkeypatch.setattr(ceilings, "_timed_product", lambda matrix, device: next(times))
    monkeypatch.setattr(ceilings, "MOST_CALLS", 3)
    found = measure_ceiling(CPU, dtype, seconds=60)
    assert (found.dtype, found.size) == (dtype, 100)
    assert found.gflops == pytest.approx(2 * 100**3 / 0.25 / 1e9)


def test_the_precision_of_matrices_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "SIZES", {"cpu": 16})
    before = torch.get_float32_matmul_precision()
    assert measure_ceiling(CPU, Dtype.FLOAT32, seconds=0).gflops > 0
    assert torch.get_float32_matmul_precision() == before
