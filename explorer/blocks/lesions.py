"""Blocks switched off: what a network makes of a photo without them.

A shared network is never changed. A lesioned one is a network of its own around the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.blocks.residual_parts import has_shortcut
from explorer.errors import RequestError
from explorer.explain.analysis import Analysis, Map, best
from explorer.explain.forward_pass import ForwardPass
from explorer.networks.network import Network


class LesionKind(StrEnum):
    """How a block is switched off."""

    BRANCH = "branch"  # F := 0; what is left is relu(shortcut(x))
    SKIP = "skip"  # the block is gone; its input goes straight to the next


@dataclass(frozen=True)
class Lesion:
    """Which blocks are switched off, and how.

    Attributes:
        blocks: their names.
        cut: how.
    """

    blocks: tuple[str, ...]
    cut: LesionKind = LesionKind.BRANCH


@dataclass(frozen=True, eq=False)
class SweepStep:
    """One block of a sweep, switched off alone.

    Attributes:
        block: its name.
        probabilities: of all classes without the block, float32, shape (K,).
        done: blocks done so far, with this one.
        steps: blocks in all.
    """

    block: str
    probabilities: Map
    done: int
    steps: int


def refusal(network: Network, block: str, cut: LesionKind) -> str:
    """Say why a block cannot be switched off like this, in one sentence; "" if it can.

    Raises:
        RequestError: if the network has no such block.
    """
    module = network.chain[network.find_block(block)]
    if not isinstance(module, BasicBlock | Bottleneck):
        return "It is no residual block."
    if cut is LesionKind.SKIP:
        return _misfit(module)
    if not has_shortcut(module):
        return "Without a shortcut every photo would look the same behind it."
    return ""


def removable_blocks(network: Network, cut: LesionKind) -> tuple[str, ...]:
    """Return the blocks that can be switched off like this, in the order of the chain."""
    return tuple(block for block in network.blocks if not refusal(network, block, cut))


def lesioned(network: Network, lesion: Lesion) -> Network:
    """Return a network without some blocks; it shares the weights, and nothing else.

    Raises:
        RequestError: if it has no such block, or one that cannot be switched off like this.
    """
    for block in lesion.blocks:
        _check(network, block, lesion.cut)
    module = network.private_module()
    for block in lesion.blocks:
        stage, _, index = block.partition(".")
        getattr(module, stage)[int(index)] = _remainder(network.chain[block], lesion.cut)
    return Network(network.variant, network.weights, module, network.device, network.precision)


def analyze_without(analysis: Analysis, lesion: Lesion) -> Analysis:
    """Run an analysed photo through the network without some blocks.

    What comes before the first of them is not computed again, and no graph is kept.

    Raises:
        RequestError: as for `lesioned`.
    """
    started = time.perf_counter()
    forward_pass = analysis.safely(partial(_forward_without, lesion=lesion))
    probabilities = (
        (forward_pass.logits / forward_pass.network.weights.temperature).softmax(0).cpu()
    )
    return Analysis(
        frame=analysis.frame,
        probabilities=probabilities.numpy(),
        predictions=best(probabilities, forward_pass.network.labels),
        seconds=time.perf_counter() - started,
        forward_pass=forward_pass,
    )


def sweep(
    analysis: Analysis, blocks: tuple[str, ...] | None = None, cut: LesionKind = LesionKind.BRANCH
) -> Iterator[SweepStep]:
    """Switch off each block in turn, and watch what the network makes of the photo.

    Args:
        analysis: of the photo, by the whole network.
        blocks: those to switch off; None for all that can be.
        cut: how they are switched off.

    Yields:
        A step per block, in their order.
    """
    if blocks is None:
        blocks = removable_blocks(analysis.network, cut)
    for done, block in enumerate(blocks, 1):
        probabilities = analysis.safely(partial(_without_one, block=block, cut=cut))
        yield SweepStep(block, probabilities.cpu().numpy(), done, len(blocks))


def logits_without(
    network: Network, outputs: Mapping[str, Tensor], block: str, cut: LesionKind
) -> Tensor:
    """Switch off one block in photos that went through the network; only what follows is run.

    Args:
        network: the whole network; only read.
        outputs: link name -> output, as `explorer.networks.network.run_chain` returns them.
        block: the block to switch off; it must be one that can be.
        cut: how.

    Returns:
        Scores before the softmax, float32, shape (N, K).
    """
    links = list(network.chain)
    at = links.index(block)
    with torch.no_grad(), network.autocast():
        y: Tensor = _remainder(network.chain[block], cut)(outputs[links[at - 1]])
        for link in links[at + 1 :]:
            y = network.chain[link](y)
    return y.float()


def _forward_without(forward_pass: ForwardPass, lesion: Lesion) -> ForwardPass:
    network = lesioned(forward_pass.network, lesion)
    outputs = dict(forward_pass.without_graph().outputs)
    links = list(network.chain)
    first = min(links.index(block) for block in lesion.blocks)
    with torch.no_grad(), network.autocast():
        for before, link in list(pairwise(links))[first - 1 :]:
            outputs[link] = network.chain[link](outputs[before])
    return ForwardPass(network, forward_pass.x, outputs, 0)


def _without_one(forward_pass: ForwardPass, block: str, cut: LesionKind) -> Tensor:
    _check(forward_pass.network, block, cut)
    logits = logits_without(forward_pass.network, forward_pass.without_graph().outputs, block, cut)[
        0
    ]
    return (logits / forward_pass.network.weights.temperature).softmax(0)


def _check(network: Network, block: str, cut: LesionKind) -> None:
    reason = refusal(network, block, cut)
    if reason:
        raise RequestError(f"{block} cannot be switched off. {reason}")


def _remainder(block: BasicBlock | Bottleneck, cut: LesionKind) -> nn.Module:
    """What stands in a block's place; the ReLU is not in place, for x belongs to others."""
    if cut is LesionKind.SKIP:
        return nn.Identity()
    return nn.Sequential(block.downsample or nn.Identity(), nn.ReLU())


def _misfit(block: BasicBlock | Bottleneck) -> str:
    """Say why the next block could not take this one's input, or ""."""
    last = block.conv3 if isinstance(block, Bottleneck) else block.conv2
    before, after = block.conv1.in_channels, last.out_channels
    halves = "halves the grid and " if block.stride != 1 else ""
    if before == after and not halves:
        return ""
    return (
        f"It {halves}turns {before} channels into {after}, "
        "so its input does not fit the next block."
    )
