"""What a network costs on paper, counted on the meta device: no weight is touched, nothing runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

from explorer.costs.benchmark_models import BenchmarkModel
from explorer.costs.measurements import Dtype
from explorer.networks.mac_counter import MacCounter


@dataclass(frozen=True)
class StaticCosts:
    """What can be counted.

    Attributes:
        params: parameters.
        macs: multiply-adds of one photo; torchvision calls them FLOPs.
        nbytes: of parameters and buffers.
    """

    params: int
    macs: int
    nbytes: int


@lru_cache(maxsize=128)
def count_costs(
    contestant: BenchmarkModel, resolution: int | None = None, dtype: Dtype = Dtype.FLOAT32
) -> StaticCosts:
    """Count a network's costs.

    Args:
        contestant: the network.
        resolution: rows, and columns, of a photo in pixels; None for its own.
        dtype: of parameters and photo.
    """
    side = resolution or contestant.resolution
    module = contestant.build().to(torch_dtype(dtype))
    x = torch.empty(1, 3, side, side, device="meta", dtype=torch_dtype(dtype))
    # Without gradients, attention takes a path that no counter sees: ViT would lose a third.
    with torch.enable_grad(), MacCounter() as counted:
        module(x)
    tensors = [*module.parameters(), *module.buffers()]
    return StaticCosts(
        params=sum(p.numel() for p in module.parameters()),
        macs=counted.macs,
        nbytes=sum(tensor.nbytes for tensor in tensors),
    )


def torch_dtype(dtype: Dtype) -> torch.dtype:
    """Return torch's own type of that name."""
    found: torch.dtype = getattr(torch, dtype.value)
    return found
