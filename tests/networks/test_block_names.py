"""Tests of explorer/networks/block_names.py."""

from __future__ import annotations

import pytest

from explorer.networks.block_names import stage_of


@pytest.mark.parametrize(
    ("block", "stage"), [("stem", "stem"), ("layer1.0", "layer1"), ("layer3.22", "layer3")]
)
def test_a_block_is_named_after_its_stage(block: str, stage: str) -> None:
    assert stage_of(block) == stage
