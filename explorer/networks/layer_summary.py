"""A network link by link: output shapes, parameters, multiply-adds, receptive fields.

Everything is computed from the architecture alone, on the meta device, without the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.networks.architectures import Architecture
from explorer.networks.block_names import HEAD, STEM
from explorer.networks.heads import Head, MaximumAndMean
from explorer.networks.mac_counter import MacCounter
from explorer.networks.narrow_resnet import PlainBasicBlock, PlainBottleneck
from explorer.networks.network import Network, chain_of
from explorer.networks.receptive_fields import ReceptiveField, through
from explorer.networks.variants import Variant

_MAX_CACHED_SUMMARIES = 64


class Shortcut(StrEnum):
    """The kind of shortcut that adds a link's input to its output."""

    NONE = "none"
    IDENTITY = "identity"
    PROJECTION = "projection"


@dataclass(frozen=True)
class ChainLink:
    """One link of the chain.

    Attributes:
        name: name of the link: "stem", "layer1.0", ..., "head".
        kind: description for people, e.g. "bottleneck block".
        shape: shape of the output for one photo: (C, h, w), or (K,) for the head.
        params: number of parameters.
        macs: multiply-adds for one photo; torchvision calls them FLOPs.
        field: receptive fields of the output's cells; the head has a single cell.
        shortcut: kind of shortcut.
        stride: cells of the input per cell of the output, along one side.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    params: int
    macs: int
    field: ReceptiveField
    shortcut: Shortcut = Shortcut.NONE
    stride: int = 1


@dataclass(frozen=True)
class LayerSummary:
    """The links of a network for one input size.

    Attributes:
        links: link name -> link, in the order of the chain.
        input_size: side of the square input in pixels.
    """

    links: Mapping[str, ChainLink]
    input_size: int

    @property
    def params(self) -> int:
        """The number of parameters of the whole network."""
        return sum(link.params for link in self.links.values())

    @property
    def macs(self) -> int:
        """The multiply-adds of the whole network for one photo."""
        return sum(link.macs for link in self.links.values())


def layer_summary(network: Network) -> LayerSummary:
    """Summarise a network at the input size of its weights; results are cached."""
    weights = network.weights
    size = weights.preprocessing.crop_size
    return summarise(network.variant, weights.width, len(weights.labels) or 1, size, weights.head)


@lru_cache(maxsize=_MAX_CACHED_SUMMARIES)
def summarise(
    variant: Variant, width: int, num_classes: int, input_size: int, head: Head | None = None
) -> LayerSummary:
    """Summarise a network that need not be loaded.

    Args:
        variant: entry in the catalogue.
        width: number of channels of the stem; 64 is torchvision's own network.
        num_classes: number of outputs of the head, K.
        input_size: side of the square input in pixels.
        head: what follows the last block; None for torchvision's pooling and one linear layer.
    """
    links, field = {}, ReceptiveField()
    shape: tuple[int, ...] = (3, input_size, input_size)
    run = _MetaRunner()
    for name, module in chain_of(Architecture(variant, width, num_classes, head).build()).items():
        cells, params = shape[-1], sum(p.numel() for p in module.parameters())
        shape, macs = run(module, shape)
        field = _fields_after(module, field, cells)
        stride = 1 if name == HEAD else cells // shape[-1]
        kind, shortcut = _kind(name, module), _shortcut(module)
        links[name] = ChainLink(name, kind, shape, params, macs, field, shortcut, stride)
    return LayerSummary(MappingProxyType(links), input_size)


class _MetaRunner:
    """Runs modules on the meta device; identical modules with the same input shape run once."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, tuple[int, ...]], tuple[tuple[int, ...], int]] = {}

    def __call__(self, module: nn.Module, shape: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        """Return the shape of the output for one photo, and the multiply-adds."""
        key = (repr(module), shape)
        if key not in self._results:
            with torch.no_grad(), MacCounter() as counted:
                output: Tensor = module(torch.empty(1, *shape, device="meta"))
            self._results[key] = (tuple(output.shape[1:]), counted.macs)
        return self._results[key]


def _fields_after(module: nn.Module, field: ReceptiveField, cells: int) -> ReceptiveField:
    """Return the fields of a link's output; a shortcut never sees more than the branch."""
    if isinstance(module, BasicBlock | Bottleneck):
        branch = [layer for name, layer in module.named_children() if name != _PROJECTION]
        return through(field, branch)
    if any(isinstance(layer, nn.AdaptiveAvgPool2d | MaximumAndMean) for layer in module.children()):
        return field.then(kernel=cells, stride=cells)
    return through(field, module.children())


_PROJECTION = "downsample"  # torchvision's name for the projection of a block's shortcut


def _shortcut(module: nn.Module) -> Shortcut:
    if not isinstance(module, BasicBlock | Bottleneck) or _is_plain(module):
        return Shortcut.NONE
    return Shortcut.IDENTITY if module.downsample is None else Shortcut.PROJECTION


def _is_plain(module: nn.Module) -> bool:
    return isinstance(module, PlainBasicBlock | PlainBottleneck)


def _kind(name: str, module: nn.Module) -> str:
    if name == STEM:
        return "7 \N{MULTIPLICATION SIGN} 7 convolution and max pooling"
    if name == HEAD:
        return _kind_of_head(module)
    shape = "bottleneck block" if isinstance(module, Bottleneck) else "basic block"
    return f"plain {shape}" if _is_plain(module) else shape


def _kind_of_head(module: nn.Module) -> str:
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Linear)]
    pooling = (
        "pooling"
        if any(isinstance(m, MaximumAndMean) for m in module.children())
        else "average pooling"
    )
    if not layers:
        return f"{pooling}, without classes"
    return f"{pooling} and {'a linear layer' if len(layers) == 1 else f'{len(layers)} layers'}"
