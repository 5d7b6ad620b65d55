"""Networks with random weights, which cost as much as trained ones.

Nothing is downloaded, and no time is spent on initialisation: one small tensor of noise is copied
into every weight. It is scaled so that no activation overflows, even in half precision, since the
values affect the speed on some devices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from explorer.costs.benchmark_models import BenchmarkModel
from explorer.costs.measurements import MemoryFormat, Setup
from explorer.costs.static_costs import torch_dtype

_NOISE = 2**20 + 7  # values; an odd count, so that the copies do not line up with the channels
_VARIANCE = 0.5  # of a layer's outputs, if that of its inputs is 1
_FORMATS = {
    MemoryFormat.CONTIGUOUS: torch.contiguous_format,
    MemoryFormat.CHANNELS_LAST: torch.channels_last,
}


@torch.no_grad()
def random_network(model: BenchmarkModel, setup: Setup) -> nn.Module:
    """Build a network on its device, ready to be called; no parameter requires gradients."""
    device, dtype = torch.device(setup.device), torch_dtype(setup.dtype)
    network = model.build().to(dtype).to_empty(device=device).requires_grad_(False)
    noise = torch.rand(_NOISE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    _fill(network.state_dict(), noise.to(device, dtype))
    return network.to(memory_format=_FORMATS[setup.memory_format])


def random_batch(setup: Setup) -> Tensor:
    """Return a batch of random photos on the device, shape (N, 3, H, W)."""
    shape = (setup.batch_size, 3, setup.resolution, setup.resolution)
    x = torch.rand(shape, device=setup.device, dtype=torch_dtype(setup.dtype))
    return x.contiguous(memory_format=_FORMATS[setup.memory_format])


def _fill(state: Mapping[str, Tensor], noise: Tensor) -> None:
    for name, tensor in state.items():
        if tensor.ndim >= 2:
            bound = math.sqrt(3 * _VARIANCE * tensor.shape[0] / tensor.numel())
            for part in tensor.view(-1).split(len(noise)):
                torch.mul(noise[: len(part)], bound, out=part)
        else:
            tensor.fill_(name.endswith(("weight", "running_var")))
