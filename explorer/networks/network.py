"""A loaded model as a chain: stem -> residual blocks -> head.

The core never hooks a shared model. It runs the chain link by link instead, so that every block's
output is an ordinary value. The links are torchvision's own modules; nothing is reimplemented.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from explorer.errors import RequestError
from explorer.networks.block_names import HEAD, STEM
from explorer.networks.class_outputs import NO_CLASSES
from explorer.networks.devices import Precision
from explorer.networks.other_families import contrast_chain
from explorer.networks.vit_tokens import FromGrid, as_grid
from explorer.photos.category_names import classes_named

if TYPE_CHECKING:
    from explorer.networks.variants import Variant
    from explorer.networks.weights_info import Weights


@dataclass(frozen=True, eq=False)
class Network:
    """A model on a device, with what is needed to interpret its outputs.

    All sessions share it, so it must not be changed: it is frozen and put into eval mode once,
    here. `on` gives the same network on another device.

    Attributes:
        variant: entry in the catalogue.
        weights: source of the weights, with the labels and the preprocessing.
        module: torchvision model in eval mode; no parameter requires gradients.
        device: device of the parameters and buffers, which must be there already.
        precision: float32, or bfloat16 autocast.
        chain: link name -> module, in order: "stem", "layer1.0", ..., "layer4.1", "head".
    """

    variant: Variant
    weights: Weights
    module: nn.Module
    device: torch.device
    precision: Precision = Precision.FLOAT32
    chain: Mapping[str, nn.Module] = field(init=False)

    def __post_init__(self) -> None:
        self.module.eval().requires_grad_(False)
        object.__setattr__(self, "chain", MappingProxyType(chain_of(self.module)))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The links that heatmaps are offered for: all but the head, in order."""
        return tuple(name for name in self.chain if name != HEAD)

    @property
    def labels(self) -> tuple[str, ...]:
        """The class labels, K of them."""
        return self.weights.labels

    @property
    def nbytes(self) -> int:
        """The size of parameters and buffers on the device, in bytes."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return sum(tensor.nbytes for tensor in tensors)

    def private_module(self) -> nn.Module:
        """Return a copy that the caller may hook: new modules around the shared weights."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return copy.deepcopy(self.module, {id(tensor): tensor for tensor in tensors})

    def on(self, device: torch.device, precision: Precision = Precision.FLOAT32) -> Network:
        """Return this network on a device and in a precision; itself if it is there already.

        It is copied tensor by tensor, so that a device that is nearly full needs no further memory.
        """
        if (device, precision) == (self.device, self.precision):
            return self
        module = self.module if device == self.device else self._copied_to(device)
        return Network(self.variant, self.weights, module, device, precision)

    def on_cpu(self) -> Network:
        """Return this network if it is on the CPU, else a float32 copy on the CPU."""
        return self if self.device.type == "cpu" else self.on(torch.device("cpu"))

    def _copied_to(self, device: torch.device) -> nn.Module:
        copies: dict[int, Tensor] = {
            id(parameter): nn.Parameter(parameter.to(device), requires_grad=False)
            for parameter in self.module.parameters()
        }
        copies |= {id(buffer): buffer.to(device) for buffer in self.module.buffers()}
        return copy.deepcopy(self.module, copies)

    def suffix(self, block: str) -> nn.Sequential:
        """Return the chain after `block`, preceded by a new Identity that the caller may hook.

        The Sequential is new at every call; only the modules after the Identity are shared.
        """
        names = list(self.chain)
        rest = [self.chain[name] for name in names[names.index(block) + 1 :]]
        return nn.Sequential(nn.Identity(), *rest)

    def opened_at(self, block: str, output: Tensor) -> tuple[Tensor, nn.Sequential]:
        """Return a block's output as a grid, and the rest of the chain for the caller to hook.

        Args:
            block: name of the block.
            output: detached output of the block.

        Returns:
            The output as a grid, shape (N, C, h, w), and the module that maps it to the logits: the
            suffix, in which `FromGrid` follows the Identity if the output consists of tokens.
        """
        suffix = self.suffix(block)
        if output.ndim == 3:
            suffix.insert(1, FromGrid(output))
        return as_grid(output), suffix

    def autocast(self) -> torch.autocast:
        """Return the context in which the network computes."""
        enabled = self.precision is Precision.BFLOAT16
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=enabled)

    def find_block(self, name: str | None) -> str:
        """Look up a block by name; None means the last one.

        Raises:
            RequestError: if the network has no such block.
        """
        if name is None:
            return self.blocks[-1]
        if name not in self.blocks:
            raise RequestError(
                f"{self.variant.title} has no block {name!r}. "
                f"Choose one of {', '.join(self.blocks)}."
            )
        return name

    def check_classes(self) -> None:
        """Refuse what needs classes, if the network gives features only.

        Raises:
            RequestError: if the network has no head.
        """
        if not self.labels:
            raise RequestError(NO_CLASSES)

    def find_class(self, target: str | int) -> int:
        """Look up the index of a class by its label or its index.

        Args:
            target: index as a number, or text: a label (one that is written so comes before one
                that differs in spaces or case), or else an index.

        Raises:
            RequestError: if the network has no such class.
        """
        index = self._index_of(target.strip()) if isinstance(target, str) else target
        if 0 <= index < len(self.labels):
            return index
        self.check_classes()
        raise RequestError(
            f"{str(target).strip()!r} is none of the {len(self.labels)} classes of these weights. "
            f"Give a label such as {self.labels[0]!r} or an index from 0 to {len(self.labels) - 1}."
        )

    def _index_of(self, text: str) -> int:
        """Return the index of the class that a text names; -1 if it names none."""
        named = classes_named(text, self.labels)
        if named:
            return named[0]
        return int(text) if text.isdecimal() else -1


def chain_of(module: nn.Module) -> dict[str, nn.Module]:
    """Split a torchvision model into its chain, without changing the model."""
    if not isinstance(module, ResNet):
        return contrast_chain(module)
    parts = dict(module.named_children())
    stem = (parts["conv1"], parts["bn1"], parts["relu"], parts["maxpool"])
    chain: dict[str, nn.Module] = {STEM: nn.Sequential(*stem)}
    for stage in ("layer1", "layer2", "layer3", "layer4"):
        for index, block in parts[stage].named_children():
            chain[f"{stage}.{index}"] = block
    chain[HEAD] = nn.Sequential(parts["avgpool"], nn.Flatten(1), parts["fc"])
    return chain


def run_chain(network: Network, x: Tensor) -> dict[str, Tensor]:
    """Run every link and keep its output.

    Args:
        network: the network to run.
        x: normalised photos on the network's device, shape (N, 3, H, W).

    Returns:
        Link name -> output: shape (N, C, h, w) for blocks, (N, 1 + h * w, C) for those of ViT, and
        (N, K) for the head.
    """
    outputs = {}
    for name, link in network.chain.items():
        x = outputs[name] = link(x)
    return outputs
