"""Tests of explorer/costs/matmul_ceiling.py."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from explorer.costs import matmul_ceiling
from explorer.costs.matmul_ceiling import measure_ceiling
from explorer.costs.measurements import Dtype

CPU = torch.device("cpu")


@pytest.mark.parametrize("dtype", [Dtype.FLOAT32, Dtype.BFLOAT16])
def test_the_fastest_product_counts(dtype: Dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matmul_ceiling, "SIZES", {"cpu": 100})
    square, convolution = 2 * 100**3, 2 * 256 * 256 * 9 * 56 * 56
    times = {  # seconds of the warm-up call and of three more
        square: iter([0.001, 0.5, 0.25, 1.0]),
        convolution: iter([0.001, 900.0, 500.0, 700.0]),
    }
    monkeypatch.setattr(
        matmul_ceiling, "_seconds", lambda product, device: next(times[product.flops])
    )
    monkeypatch.setattr(matmul_ceiling, "MOST_CALLS", 3)
    ceiling = measure_ceiling(CPU, dtype, seconds=60)
    assert (ceiling.dtype, ceiling.size) == (dtype, 100)
    assert ceiling.gflops == pytest.approx(max(square / 0.25, convolution / 500) / 1e9)


def test_a_convolution_counts_as_the_product_that_it_is() -> None:
    for product in matmul_ceiling._products(16, CPU, torch.float32):
        with FlopCounterMode(display=False) as counter:
            product.compute()
        assert counter.get_total_flops() == product.flops


def test_the_precision_of_matrices_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matmul_ceiling, "SIZES", {"cpu": 16})
    before = torch.get_float32_matmul_precision()
    assert measure_ceiling(CPU, Dtype.FLOAT32, seconds=0).gflops > 0
    assert torch.get_float32_matmul_precision() == before
