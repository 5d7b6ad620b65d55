"""The parts of a residual block on one photo: shortcut, branch, their sum and the output.

torchvision's blocks add the shortcut and apply the ReLU in place, so a tensor that a hook sees at
the last batch norm is overwritten with the block's output. Here the layers of the branch are run
separately, and the sum is a new tensor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.array_types import Map
from explorer.errors import RequestError
from explorer.explain.forward_pass import ForwardPass
from explorer.networks.narrow_resnet import PlainBasicBlock, PlainBottleneck
from explorer.networks.network import Network

WEAK, STRONG = 0.3, 1.0  # |F(x)| / |shortcut(x)|: below WEAK, little changes; above STRONG, a lot
ALIGNED, MOSTLY = (
    0.2,
    0.7,
)  # |cosine|: below ALIGNED, no common direction; above MOSTLY, mostly one
CANCELLED = 0.5  # |sum| / |shortcut(x)| up to which a branch against it mostly cancels it


@dataclass(frozen=True, eq=False)
class BlockParts:
    """The parts of one residual block on one photo; tensors are float32 on the CPU.

    Attributes:
        block: the name of the block.
        projected: whether the shortcut is a projection; otherwise it is the identity.
        x: the block's input, shape (C, h, w), or a different one if the shortcut is a projection.
        shortcut: x or its projection, shape (C, h, w).
        branch: F(x), the output of the branch's layers, shape (C, h, w).
        total: shortcut + branch, before the ReLU, shape (C, h, w).
        output: the block's output, the ReLU of the sum, shape (C, h, w).
    """

    block: str
    projected: bool
    x: Tensor
    shortcut: Tensor
    branch: Tensor
    total: Tensor
    output: Tensor

    @property
    def balance(self) -> Balance:
        """How the strengths and directions of the two paths compare."""
        return _balance(self.shortcut, self.branch, self.projected)

    @property
    def channels(self) -> tuple[int, ...]:
        """The indices of all channels, by the norm of the branch's map, largest first."""
        strengths = self.branch.flatten(1).norm(dim=1)
        return tuple(strengths.argsort(descending=True, stable=True).tolist())


@dataclass(frozen=True)
class Balance:
    """How a block's two paths compare on one photo, over all channels and cells.

    Attributes:
        shortcut: the Euclidean norm of shortcut(x).
        branch: the Euclidean norm of F(x).
        cosine: the cosine of the angle between the two, -1..1: at 1 the branch amplifies the
            shortcut, at -1 it cancels it.
        projected: whether the shortcut is a projection; otherwise it is the identity.
    """

    shortcut: float
    branch: float
    cosine: float
    projected: bool

    @property
    def ratio(self) -> float:
        """|F(x)| / |shortcut(x)|: 0 for an identity block, infinite if the shortcut is zero."""
        return self.branch / self.shortcut if self.shortcut else math.inf


def residual_blocks(network: Network) -> tuple[str, ...]:
    """Return the blocks that have a shortcut; a plain network has none."""
    return tuple(block for block in network.blocks if has_shortcut(network.chain[block]))


def has_shortcut(block: nn.Module) -> bool:
    """Return whether a link of a chain is a residual block."""
    plain = isinstance(block, PlainBasicBlock | PlainBottleneck)
    return isinstance(block, BasicBlock | Bottleneck) and not plain


def take_apart(forward_pass: ForwardPass, block: str) -> BlockParts:
    """Run the two paths of one block again, on its input in a forward pass.

    Args:
        forward_pass: the forward pass of the photo; only read.
        block: the name of a residual block of the network.

    Raises:
        RequestError: if the block is not a residual block.
    """
    _check(forward_pass.network, block)
    x = forward_pass.outputs[_previous_link(forward_pass.network, block)].detach()
    shortcut, branch = _paths(forward_pass.network, block, x)
    total, output = shortcut + branch, forward_pass.outputs[block].detach()
    parts = (part[0].float().cpu() for part in (x, shortcut, branch, total, output))
    return BlockParts(block, _is_projected(forward_pass.network, block), *parts)


def balances(forward_pass: ForwardPass) -> dict[str, Balance]:
    """Compare the two paths of every block; costs about as much as a forward pass.

    Returns:
        Block name -> balance, in the order of the chain; empty for a plain network.
    """
    by_block, forward_pass = {}, forward_pass.with_outputs()
    for block in residual_blocks(forward_pass.network):
        x = forward_pass.outputs[_previous_link(forward_pass.network, block)].detach()
        shortcut, branch = _paths(forward_pass.network, block, x)
        by_block[block] = _balance(shortcut, branch, _is_projected(forward_pass.network, block))
    return by_block


def plane(part: Tensor, channel: int | None) -> Map:
    """Return one channel, or the mean of all, of a part (C, h, w) as a map of shape (h, w)."""
    values: Map = (part.mean(0) if channel is None else part[channel]).numpy()
    return values


def in_words(block: str, balance: Balance) -> str:
    """Describe in one sentence what a block does to the residual stream."""
    if not balance.branch:
        return f"{block} adds nothing on this photo: its branch is zero."
    if not balance.shortcut:
        return f"{block} passes nothing on from its input on this photo: only its branch counts."
    path = "projects its input to a new shape" if balance.projected else "passes its input on"
    strength = f"{100 * balance.ratio:.0f} % as strong"
    return f"{block} {path} and adds F(x), {strength}, {_direction(balance)}: {_effect(balance)}."


def _direction(balance: Balance) -> str:
    cosine = f"cosine {balance.cosine:.2f}".replace("-", "\N{MINUS SIGN}")
    if abs(balance.cosine) <= ALIGNED:
        return f"pointing neither along it nor against it ({cosine})"
    how_far = "mostly" if abs(balance.cosine) > MOSTLY else "partly"
    return f"pointing {how_far} {'along' if balance.cosine > 0 else 'against'} it ({cosine})"


def _effect(balance: Balance) -> str:
    total = math.sqrt(max(0.0, 1 + 2 * balance.ratio * balance.cosine + balance.ratio**2))
    if total < CANCELLED:
        return "it mostly cancels its input"
    if balance.ratio > STRONG:
        return "the branch outweighs the input"
    if balance.ratio < WEAK:
        return "little changes"
    return "the sum is weaker than the input" if total < 1 else "the sum is stronger than the input"


def _paths(network: Network, block: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return shortcut(x) and F(x), shape (1, C, h, w) each; x is not changed."""
    module: BasicBlock = network.chain[block]
    with torch.no_grad(), network.autocast():
        shortcut = x if module.downsample is None else module.downsample(x)
        branch = x
        for layer in _branch_layers(module):
            branch = layer(branch)
    return shortcut, branch


def _branch_layers(block: BasicBlock | Bottleneck) -> tuple[nn.Module, ...]:
    """Return the layers of F in order; the shared ReLU is in place, but only on F's own tensors."""
    first = (block.conv1, block.bn1, block.relu, block.conv2, block.bn2)
    return (*first, block.relu, block.conv3, block.bn3) if isinstance(block, Bottleneck) else first


def _balance(shortcut: Tensor, branch: Tensor, projected: bool) -> Balance:
    s, f = shortcut.float().flatten(), branch.float().flatten()
    lengths = (s.norm().item(), f.norm().item())
    cosine = (s @ f).item() / math.prod(lengths) if all(lengths) else 0.0
    return Balance(*lengths, min(1.0, max(-1.0, cosine)), projected)


def _is_projected(network: Network, block: str) -> bool:
    return network.chain[block].downsample is not None


def _previous_link(network: Network, block: str) -> str:
    """Return the link whose output is the block's input."""
    return next(before for before, link in pairwise(network.chain) if link == block)


def _check(network: Network, block: str) -> None:
    blocks = residual_blocks(network)
    if not blocks:
        raise RequestError(
            f"{network.variant.title} has no shortcuts; take a ResNet apart instead."
        )
    if network.find_block(block) not in blocks:
        raise RequestError(f"{block} is no residual block. Choose one of {', '.join(blocks)}.")
