"""Count parameters, multiply-adds and bytes on the meta device, without weights or computation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

from explorer.costs.benchmark_models import BenchmarkModel
from explorer.costs.measurements import Dtype
from explorer.networks.mac_counter import MacCounter


@dataclass(frozen=True)
class StaticCosts:
    """Costs that can be counted without a measurement.

    Attributes:
        params: number of parameters.
        macs: multiply-adds of one photo; torchvision calls them FLOPs.
        nbytes: size of parameters and buffers in bytes.
    """

    params: int
    macs: int
    nbytes: int


@lru_cache(maxsize=128)
def count_costs(
    model: BenchmarkModel, resolution: int | None = None, dtype: Dtype = Dtype.FLOAT32
) -> StaticCosts:
    """Count a network's costs.

    Args:
        model: network to count.
        resolution: height and width of a photo in pixels; None for the model's own.
        dtype: data type of parameters and photo.
    """
    side = resolution or model.resolution
    module = model.build().to(torch_dtype(dtype))
    x = torch.empty(1, 3, side, side, device="meta", dtype=torch_dtype(dtype))
    # Without gradients, attention takes a fast path that is not counted: a third of ViT.
    with torch.enable_grad(), MacCounter() as counter:
        module(x)
    tensors = [*module.parameters(), *module.buffers()]
    return StaticCosts(
        params=sum(p.numel() for p in module.parameters()),
        macs=counter.macs,
        nbytes=sum(tensor.nbytes for tensor in tensors),
    )


def torch_dtype(dtype: Dtype) -> torch.dtype:
    """Return torch's data type of the same name."""
    torch_type: torch.dtype = getattr(torch, dtype.value)
    return torch_type
