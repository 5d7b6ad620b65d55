"""Tests of explorer/ui/components/block_strip/__init__.py."""

from __future__ import annotations

import pytest

from explorer.networks.layer_summary import summarise
from explorer.networks.variants import VARIANTS, find_variant
from explorer.ui.components.block_strip import _slab, facts


def description(variant: str, block: str) -> str:
    return facts(summarise(find_variant(variant), 16, 66, 128), block).replace("\xa0", " ")


def test_a_block_tells_type_shape_costs_and_receptive_field() -> None:
    assert description("resnet18", "layer2.0") == (
        "basic block with projection, stride 2 · 32 × 16 × 16 · 14.5 k parameters · "  # noqa: RUF001
        "3.67 M multiply-adds · receptive field 67 × 67 px, input 128 × 128"  # noqa: RUF001
    )
    assert description("resnet50", "layer1.1").startswith("bottleneck block · 64 × 32 × 32 ·")  # noqa: RUF001


@pytest.mark.parametrize("name", VARIANTS)
def test_every_slab_fits_into_its_cell(name: str) -> None:
    links = summarise(find_variant(name), 64, 1000, 224).links
    slabs = [_slab(link.shape) for link in links.values()]
    assert max(height + depth for _, height, depth in slabs) <= 52
