"""A residual block taken apart: what the shortcut carries, what the branch adds, what comes out.

torchvision's blocks add the shortcut and apply the ReLU in place, so what a hook sees at the last
batch norm becomes the block's output a moment later. Here the layers of the branch run on their
own, and the sum is a tensor of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.errors import RequestError
from explorer.explain.forward_pass import ForwardPass
from explorer.networks.narrow_resnet import PlainBasicBlock, PlainBottleneck
from explorer.networks.network import Network

WEAK, STRONG = 0.3, 1.0  # |F(x)| / |shortcut(x)|: below, the block changes little; above, a lot
ALIGNED = 0.2  # a cosine beyond it is a direction, below it hardly more than chance


@dataclass(frozen=True, eq=False)
class BlockParts:
    """What one photo leaves in one residual block; float32 on the CPU, C channels of h x w cells.

    Attributes:
        block: its name.
        projected: the shortcut is a projection; otherwise it is the identity.
        x: the block's input; of the same shape as the rest unless the shortcut is a projection.
        shortcut: x, or its projection, shape (C, h, w).
        branch: F(x), what the layers make of x, shape (C, h, w).
        total: shortcut + branch, before the ReLU, shape (C, h, w).
        output: what the network passed on, the ReLU of the sum, shape (C, h, w).
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
        """How strong the two paths are."""
        return _balance(self.shortcut, self.branch, self.projected)

    @property
    def channels(self) -> tuple[int, ...]:
        """All channels, those first to which the branch adds most."""
        strengths = self.branch.flatten(1).norm(dim=1)
        return tuple(strengths.argsort(descending=True, stable=True).tolist())


@dataclass(frozen=True)
class Balance:
    """How a block's two paths compare, over all channels and cells of one photo.

    Attributes:
        shortcut: the Euclidean norm of shortcut(x).
        branch: the Euclidean norm of F(x).
        cosine: of the angle between the two: 1 amplifies what is there, -1 takes it away.
        projected: the shortcut is a projection; otherwise it is the identity.
    """

    shortcut: float
    branch: float
    cosine: float
    projected: bool

    @property
    def ratio(self) -> float:
        """|F(x)| / |shortcut(x)|: 0 is the identity, infinity a shortcut that carries nothing."""
        return self.branch / self.shortcut if self.shortcut else math.inf


def residual_blocks(network: Network) -> tuple[str, ...]:
    """Return the blocks that have a shortcut: none in a plain network."""
    return tuple(block for block in network.blocks if has_shortcut(network.chain[block]))


def has_shortcut(block: nn.Module) -> bool:
    """Whether a link of a chain is a residual block."""
    plain = isinstance(block, PlainBasicBlock | PlainBottleneck)
    return isinstance(block, BasicBlock | Bottleneck) and not plain


def take_apart(forward_pass: ForwardPass, block: str) -> BlockParts:
    """Run the two paths of one block once more, on the input that it had.

    Args:
        forward_pass: the pass of the photo; only read.
        block: a residual block of the network.

    Raises:
        RequestError: if it is no residual block.
    """
    _check(forward_pass.network, block)
    x = forward_pass.outputs[_before(forward_pass.network, block)].detach()
    shortcut, branch = _paths(forward_pass.network, block, x)
    total, output = shortcut + branch, forward_pass.outputs[block].detach()
    parts = (part[0].float().cpu() for part in (x, shortcut, branch, total, output))
    return BlockParts(block, _is_projected(forward_pass.network, block), *parts)


def balances(forward_pass: ForwardPass) -> dict[str, Balance]:
    """Compare the two paths of every block; costs about as much as one forward.

    Returns:
        Block name -> its balance, in the order of the chain; nothing for a plain network.
    """
    found, forward_pass = {}, forward_pass.with_outputs()
    for block in residual_blocks(forward_pass.network):
        x = forward_pass.outputs[_before(forward_pass.network, block)].detach()
        shortcut, branch = _paths(forward_pass.network, block, x)
        found[block] = _balance(shortcut, branch, _is_projected(forward_pass.network, block))
    return found


def plane(part: Tensor, channel: int | None) -> NDArray[np.float32]:
    """Return one channel of a part, shape (C, h, w), or the mean of all, as a map (h, w)."""
    values: NDArray[np.float32] = (part.mean(0) if channel is None else part[channel]).numpy()
    return values


def in_words(block: str, balance: Balance) -> str:
    """Say in one sentence what a block does to the residual stream."""
    if not balance.branch:
        return f"{block} adds nothing: its branch is silent on this photo."
    if not balance.shortcut:
        return f"{block} speaks alone: its shortcut carries nothing on this photo."
    way = "projects the stream to a new shape and" if balance.projected else "keeps the stream and"
    added = f"adds {100 * balance.ratio:.0f} % of its strength"
    return f"{block} {way} {added}, {_direction(balance)}: {_verdict(balance)}."


def _direction(balance: Balance) -> str:
    cosine = f"cosine {balance.cosine:.2f}".replace("-", "\N{MINUS SIGN}")
    if balance.cosine > ALIGNED:
        return f"along it ({cosine})"
    if balance.cosine < -ALIGNED:
        return f"against it ({cosine})"
    return f"nearly at right angles to it ({cosine})"


def _verdict(balance: Balance) -> str:
    if balance.ratio > STRONG:
        return "the branch outweighs the shortcut"
    if balance.ratio < WEAK:
        return "close to the identity"
    if balance.cosine < -ALIGNED:
        return "it takes away more than it adds"
    return "it adds to what is there"


def _paths(network: Network, block: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return shortcut(x) and F(x), shape (1, C, h, w) each; x is left as it is."""
    module: BasicBlock = network.chain[block]
    with torch.no_grad(), network.autocast():
        shortcut = x if module.downsample is None else module.downsample(x)
        branch = x
        for layer in _branch(module):
            branch = layer(branch)
    return shortcut, branch


def _branch(block: BasicBlock | Bottleneck) -> tuple[nn.Module, ...]:
    """The layers of F in their order; the shared ReLU works in place, on what is F's own."""
    first = (block.conv1, block.bn1, block.relu, block.conv2, block.bn2)
    return (*first, block.relu, block.conv3, block.bn3) if isinstance(block, Bottleneck) else first


def _balance(shortcut: Tensor, branch: Tensor, projected: bool) -> Balance:
    s, f = shortcut.float().flatten(), branch.float().flatten()
    lengths = (s.norm().item(), f.norm().item())
    cosine = (s @ f).item() / math.prod(lengths) if all(lengths) else 0.0
    return Balance(*lengths, min(1.0, max(-1.0, cosine)), projected)


def _is_projected(network: Network, block: str) -> bool:
    return network.chain[block].downsample is not None


def _before(network: Network, block: str) -> str:
    """The link whose output is the block's input."""
    return next(before for before, link in pairwise(network.chain) if link == block)


def _check(network: Network, block: str) -> None:
    blocks = residual_blocks(network)
    if not blocks:
        raise RequestError(
            f"{network.variant.title} has no shortcuts; take a ResNet apart instead."
        )
    if network.find_block(block) not in blocks:
        raise RequestError(f"{block} is no residual block. Choose one of {', '.join(blocks)}.")
