"""How fast this device multiplies matrices: what the speed of a network can be held against."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from explorer.costs.measurements import Ceiling, Dtype
from explorer.costs.static_costs import torch_dtype
from explorer.networks.devices import synchronize

# Large enough to keep the device busy, small enough to be done in a fraction of a second.
SIZES = {"cpu": 1536, "mps": 4096, "cuda": 8192}
CHANNELS, GRID = 256, 56  # of the convolution
MOST_CALLS = 50


@dataclass(frozen=True)
class _Product:
    """A product of two large matrices.

    Attributes:
        compute: it, once.
        flops: two for each multiply-add.
    """

    compute: Callable[[], object]
    flops: float


def measure_ceiling(device: torch.device, dtype: Dtype, seconds: float) -> Ceiling:
    """Multiply large matrices again and again, and keep the fastest.

    Args:
        device: where.
        dtype: of the matrices.
        seconds: for how long, after one call to warm up; there is at least one more.
    """
    size = SIZES[device.type]
    best, end = 0.0, time.perf_counter() + seconds
    with torch.inference_mode(), _as_convolutions_do():
        products = list(_products(size, device, torch_dtype(dtype)))
        for product in products:
            _seconds(product, device)
        for _ in range(MOST_CALLS):
            best = max(best, *(product.flops / _seconds(product, device) for product in products))
            if time.perf_counter() >= end:
                break
    return Ceiling(dtype, best / 1e9, size)


def _products(size: int, device: torch.device, dtype: torch.dtype) -> Iterator[_Product]:
    """Yield what to try: of two libraries in torch, another may be the fast one for a processor.

    On most CPUs, products come from MKL and convolutions from oneDNN; a 3x3 convolution is a
    product, too, of its filters and all patches that they see. On a GPU it may take a shortcut that
    needs fewer multiplications, so that it would be no measure there.
    """
    matrix = torch.rand(size, size, device=device).to(dtype)
    yield _Product(lambda: matrix @ matrix, 2 * size**3)
    if device.type == "cpu":
        filters = torch.rand(CHANNELS, CHANNELS, 3, 3).to(dtype)
        x = torch.rand(1, CHANNELS, GRID, GRID).to(dtype)
        flops = 2 * filters.numel() * GRID**2
        yield _Product(lambda: torch.conv2d(x, filters, padding=1), flops)


def _seconds(product: _Product, device: torch.device) -> float:
    synchronize(device)
    started = time.perf_counter()
    product.compute()
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
