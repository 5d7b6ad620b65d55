"""How fast this device multiplies matrices: what the speed of a network can be held against."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from explorer.costs import torch_dtype
from explorer.devices import synchronize
from explorer.measurements import Ceiling, Dtype

# Large enough to keep the device busy, small enough to be done in a fraction of a second.
SIZES = {"cpu": 1536, "mps": 4096, "cuda": 8192}
MOST_CALLS = 50


def measure_ceiling(device: torch.device, dtype: Dtype, seconds: float) -> Ceiling:
    """Multiply two square matrices again and again, and keep the fastest.

    Args:
        device: where.
        dtype: of the matrices.
        seconds: for how long, after one call to warm up; there is at least one more.
    """
    size = SIZES[device.type]
    matrix = torch.rand(size, size, device=device).to(torch_dtype(dtype))
    best, end = float("inf"), time.perf_counter() + seconds
    with torch.inference_mode(), _as_convolutions_do():
        _timed_product(matrix, device)
        for _ in range(MOST_CALLS):
            best = min(best, _timed_product(matrix, device))
            if time.perf_counter() >= end:
                break
    return Ceiling(dtype, 2 * size**3 / best / 1e9, size)


def _timed_product(matrix: torch.Tensor, device: torch.device) -> float:
    synchronize(device)
    started = time.perf_counter()
    matrix @ matrix
    synchronize(device)
    return time.perf_counter() - started


@contextmanager
def _as_convolutions_do() -> Iterator[None]:
    """Let matrices in float32 use TF32 on CUDA where torch's convolutions do, as is its default."""
    usual = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if torch.backends.cudnn.allow_tf32 else usual)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(usual)
