"""How fast this device multiplies matrices: the reference for the speed of a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from explorer.costs.measurements import Ceiling, Dtype
from explorer.costs.static_costs import torch_dtype
from explorer.networks.devices import synchronize

# Large enough to keep the device busy, small enough to finish in a fraction of a second.
SIZES = {"cpu": 1536, "mps": 4096, "cuda": 8192}
CHANNELS, GRID = 256, 56  # of the convolution; height and width of its input
MOST_CALLS = 50


@dataclass(frozen=True)
class _Product:
    """A product of two large matrices.

    Attributes:
        compute: function that computes the product once.
        flops: floating-point operations of the product, two for each multiply-add.
    """

    compute: Callable[[], object]
    flops: float


def measure_ceiling(device: torch.device, dtype: Dtype, seconds: float) -> Ceiling:
    """Multiply large matrices repeatedly and return the highest speed.

    Args:
        device: device to measure.
        dtype: data type of the matrices.
        seconds: duration after one warm-up call of each product; at least one more call is made.
    """
    size = SIZES[device.type]
    best, end = 0.0, time.perf_counter() + seconds
    with torch.inference_mode(), _matmul_precision_of_convolutions():
        products = list(_products(size, device, torch_dtype(dtype)))
        for product in products:
            _seconds(product, device)
        for _ in range(MOST_CALLS):
            best = max(best, *(product.flops / _seconds(product, device) for product in products))
            if time.perf_counter() >= end:
                break
    return Ceiling(dtype, best / 1e9, size)


def _products(size: int, device: torch.device, dtype: torch.dtype) -> Iterator[_Product]:
    """Yield the products to try: which of torch's libraries is fastest depends on the processor.

    On most CPUs, matrix products run in MKL and convolutions in oneDNN; a 3x3 convolution is the
    product of its filters and all the patches that they cover. GPUs may use an algorithm with fewer
    multiplications, so that a convolution would not be comparable there.
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
def _matmul_precision_of_convolutions() -> Iterator[None]:
    """Let float32 matrix products on CUDA use TF32 if convolutions do, which is torch's default."""
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if torch.backends.cudnn.allow_tf32 else precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(precision)
