"""Lesions: the predictions of a network with some of its blocks switched off.

A shared network is never changed. A lesioned network is a separate one with the same weights.
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

from explorer.array_types import Map
from explorer.blocks.residual_parts import has_shortcut
from explorer.errors import RequestError
from explorer.explain.analysis import Analysis, best
from explorer.explain.forward_pass import ForwardPass
from explorer.networks.network import Network


class LesionKind(StrEnum):
    """How a block is switched off."""

    BRANCH = "branch"  # F(x) is set to 0, which leaves relu(shortcut(x))
    SKIP = "skip"  # the block is removed; its input goes directly to the next one


@dataclass(frozen=True)
class Lesion:
    """Which blocks are switched off, and how.

    Attributes:
        blocks: the names of the blocks.
        cut: how the blocks are switched off.
    """

    blocks: tuple[str, ...]
    cut: LesionKind = LesionKind.BRANCH


@dataclass(frozen=True, eq=False)
class SweepStep:
    """One block of a sweep, switched off alone.

    Attributes:
        block: the name of the block.
        probabilities: probabilities of all classes without the block, float32, shape (K,).
        done: number of blocks done, including this one.
        steps: number of blocks in the sweep.
    """

    block: str
    probabilities: Map
    done: int
    steps: int


def refusal(network: Network, block: str, cut: LesionKind) -> str:
    """Return why a block cannot be switched off in this way, in one sentence; "" if it can.

    Raises:
        RequestError: if the network has no such block.
    """
    module = network.chain[network.find_block(block)]
    if not isinstance(module, BasicBlock | Bottleneck):
        return "It is no residual block."
    if cut is LesionKind.SKIP:
        return _shape_mismatch(module)
    if not has_shortcut(module):
        return "Without a shortcut every photo would look the same behind it."
    return ""


def removable_blocks(network: Network, cut: LesionKind) -> tuple[str, ...]:
    """Return the blocks that can be switched off in this way, in the order of the chain."""
    return tuple(block for block in network.blocks if not refusal(network, block, cut))


def lesioned(network: Network, lesion: Lesion) -> Network:
    """Return a network without some blocks that shares only the weights with the original.

    Raises:
        RequestError: if there is no such block, or it cannot be switched off in this way.
    """
    for block in lesion.blocks:
        _check(network, block, lesion.cut)
    module = network.private_module()
    for block in lesion.blocks:
        stage, _, index = block.partition(".")
        getattr(module, stage)[int(index)] = _replacement(network.chain[block], lesion.cut)
    return Network(network.variant, network.weights, module, network.device, network.precision)


def analyze_without(analysis: Analysis, lesion: Lesion) -> Analysis:
    """Analyse a photo again with some blocks of the network switched off.

    Links before the first of these blocks are not computed again, and no graph is kept.

    Raises:
        RequestError: as for `lesioned`.
    """
    started = time.perf_counter()
    forward_pass = analysis.safely(partial(_forward_without, lesion=lesion))
    probabilities = forward_pass.network.weights.probabilities(forward_pass.logits).cpu()
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
    """Switch off one block after the other and compute the probabilities without it.

    Args:
        analysis: the analysis of the photo by the whole network.
        blocks: the blocks to switch off; None for all that can be.
        cut: how the blocks are switched off.

    Yields:
        One step for each block, in the order of `blocks`.

    Raises:
        RequestError: as for `lesioned`.
    """
    if blocks is None:
        blocks = removable_blocks(analysis.network, cut)
    for done, block in enumerate(blocks, 1):
        probabilities = analysis.safely(partial(_probabilities_without, block=block, cut=cut))
        yield SweepStep(block, probabilities.cpu().numpy(), done, len(blocks))


def logits_without(
    network: Network, outputs: Mapping[str, Tensor], block: str, cut: LesionKind
) -> Tensor:
    """Compute the logits without one block from known outputs; only later links are run.

    Args:
        network: the whole network; only read.
        outputs: link name -> output, as `explorer.networks.network.run_chain` returns them.
        block: the block to switch off; it must allow it.
        cut: how the block is switched off.

    Returns:
        The logits, float32, shape (N, K).
    """
    links = list(network.chain)
    position = links.index(block)
    with torch.no_grad(), network.autocast():
        y: Tensor = _replacement(network.chain[block], cut)(outputs[links[position - 1]])
        for link in links[position + 1 :]:
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


def _probabilities_without(forward_pass: ForwardPass, block: str, cut: LesionKind) -> Tensor:
    _check(forward_pass.network, block, cut)
    logits = logits_without(forward_pass.network, forward_pass.without_graph().outputs, block, cut)[
        0
    ]
    return forward_pass.network.weights.probabilities(logits)


def _check(network: Network, block: str, cut: LesionKind) -> None:
    reason = refusal(network, block, cut)
    if reason:
        raise RequestError(f"{block} cannot be switched off. {reason}")


def _replacement(block: BasicBlock | Bottleneck, cut: LesionKind) -> nn.Module:
    """Return a block's replacement; its ReLU is not in place, because its input is shared."""
    if cut is LesionKind.SKIP:
        return nn.Identity()
    return nn.Sequential(block.downsample or nn.Identity(), nn.ReLU())


def _shape_mismatch(block: BasicBlock | Bottleneck) -> str:
    """Return why this block's input does not fit the next block; "" if it does."""
    last = block.conv3 if isinstance(block, Bottleneck) else block.conv2
    before, after = block.conv1.in_channels, last.out_channels
    halving = "halves the grid and " if block.stride != 1 else ""
    if before == after and not halving:
        return ""
    return (
        f"It {halving}turns {before} channels into {after}, "
        "so its input does not fit the next block."
    )
