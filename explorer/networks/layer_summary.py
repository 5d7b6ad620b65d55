"""What a network is made of, link by link: shapes, parameters, multiply-adds, receptive fields.

It is worked out on the meta device, from the architecture alone: no weight is touched.
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

from explorer.networks.block_names import HEAD, STEM
from explorer.networks.mac_counter import MacCounter
from explorer.networks.narrow_resnet import PlainBasicBlock, PlainBottleneck
from explorer.networks.network import Network, chain_of
from explorer.networks.receptive_fields import ReceptiveField, through
from explorer.networks.variants import Variant

_MOST_BLUEPRINTS = 64


class Shortcut(StrEnum):
    """How the input of a link reaches its sum."""

    NONE = "none"
    IDENTITY = "identity"
    PROJECTION = "projection"


@dataclass(frozen=True)
class ChainLink:
    """One link of the chain.

    Attributes:
        name: "stem", "layer1.0", ..., "head".
        kind: what it is, for people, e.g. "bottleneck block".
        shape: of its output for one photo: (C, h, w), or (K,) of the head.
        params: its parameters.
        macs: its multiply-adds for one photo; torchvision calls them FLOPs.
        field: the receptive fields of its cells; the head has one cell.
        shortcut: how the input reaches the sum.
        stride: how many cells of its input, along a side, become one.
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
    """A network at an input size.

    Attributes:
        links: link name -> link, in the order of the chain.
        input_size: rows, and columns, of the input in pixels.
    """

    links: Mapping[str, ChainLink]
    input_size: int

    @property
    def params(self) -> int:
        """The parameters of the whole network."""
        return sum(link.params for link in self.links.values())

    @property
    def macs(self) -> int:
        """The multiply-adds of one pass of one photo."""
        return sum(link.macs for link in self.links.values())


def layer_summary(network: Network) -> LayerSummary:
    """Draw up a network at the input size of its weights; the same one is drawn up once."""
    module, size = network.module, network.weights.preprocessing.crop_size
    return summarise(network.variant, module.conv1.out_channels, module.fc.out_features, size)


@lru_cache(maxsize=_MOST_BLUEPRINTS)
def summarise(variant: Variant, width: int, num_classes: int, input_size: int) -> LayerSummary:
    """Draw up a network that need not exist.

    Args:
        variant: its entry in the catalogue.
        width: channels of the stem; 64 is torchvision's own network.
        num_classes: outputs of the head, K.
        input_size: rows, and columns, of the input in pixels.
    """
    links, field = {}, ReceptiveField()
    shape: tuple[int, ...] = (3, input_size, input_size)
    count = _Counting()
    for name, module in chain_of(variant.build(num_classes, width)).items():
        cells, params = shape[-1], sum(p.numel() for p in module.parameters())
        shape, macs = count(module, shape)
        field = _behind(module, field, cells)
        stride = 1 if name == HEAD else cells // shape[-1]
        kind, shortcut = _kind(name, module), _shortcut(module)
        links[name] = ChainLink(name, kind, shape, params, macs, field, shortcut, stride)
    return LayerSummary(MappingProxyType(links), input_size)


class _Counting:
    """Sends shapes through modules; modules that are alike are sent through once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[int, ...]], tuple[tuple[int, ...], int]] = {}

    def __call__(self, module: nn.Module, shape: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        """Return the shape of the output for one photo, and the multiply-adds."""
        key = (repr(module), shape)
        if key not in self._known:
            with torch.no_grad(), MacCounter() as counted:
                output: Tensor = module(torch.empty(1, *shape, device="meta"))
            self._known[key] = (tuple(output.shape[1:]), counted.macs)
        return self._known[key]


def _behind(module: nn.Module, field: ReceptiveField, cells: int) -> ReceptiveField:
    """Return the fields behind a link; a shortcut never sees more than the branch beside it."""
    if isinstance(module, BasicBlock | Bottleneck):
        return through(field, [layer for name, layer in module.named_children() if name != _SIDE])
    if any(isinstance(layer, nn.AdaptiveAvgPool2d) for layer in module.children()):
        return field.then(kernel=cells, stride=cells)
    return through(field, module.children())


_SIDE = "downsample"  # torchvision's name of a block's projection


def _shortcut(module: nn.Module) -> Shortcut:
    if not isinstance(module, BasicBlock | Bottleneck) or _is_plain(module):
        return Shortcut.NONE
    return Shortcut.IDENTITY if module.downsample is None else Shortcut.PROJECTION


def _is_plain(module: nn.Module) -> bool:
    return isinstance(module, PlainBasicBlock | PlainBottleneck)


def _kind(name: str, module: nn.Module) -> str:
    if name in (STEM, HEAD):
        return _ENDS[name]
    shape = "bottleneck block" if isinstance(module, Bottleneck) else "basic block"
    return f"plain {shape}" if _is_plain(module) else shape


_ENDS = {
    STEM: "7 \N{MULTIPLICATION SIGN} 7 convolution and max pooling",
    HEAD: "average pooling and a linear layer",
}
