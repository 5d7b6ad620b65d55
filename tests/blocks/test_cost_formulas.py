"""Tests of explorer/blocks/cost_formulas.py."""

from __future__ import annotations

import pytest
import torch
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.blocks.cost_formulas import BlockCost, BlockKind
from explorer.networks.mac_counter import MacCounter

BUILD = {
    BlockKind.BASIC: lambda channels: BasicBlock(channels, channels),
    BlockKind.BOTTLENECK: lambda channels: Bottleneck(channels, channels // 4),
}


@pytest.mark.parametrize("kind", BlockKind)
@pytest.mark.parametrize("channels", [16, 64, 256])
def test_the_formulas_count_what_torchvisions_blocks_have(kind: BlockKind, channels: int) -> None:
    with torch.device("meta"):
        block = BUILD[kind](channels).eval()
        with torch.no_grad(), MacCounter() as counter:
            block(torch.empty(1, channels, 14, 14))
    cost = BlockCost(kind, channels, 14)
    assert cost.params == sum(p.numel() for p in block.parameters())
    assert cost.macs == counter.macs


@pytest.mark.parametrize("kind", BlockKind)
def test_the_formula_comes_to_the_parameters(kind: BlockKind) -> None:
    cost = BlockCost(kind, 64, 14)
    numbers = " + ".join(cost.with_numbers).replace(r"\cdot", "*").replace("^", "**")
    assert eval(numbers) == cost.params
