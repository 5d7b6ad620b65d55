"""The names of blocks: "stem", "layer1.0", "layer1.1", ..., "layer4.2"."""

from __future__ import annotations

STEM, HEAD = "stem", "head"
STAGES = 4  # of residual blocks, between stem and head


def stage_of(block: str) -> str:
    """Return the stage of a block: "layer1" for "layer1.0"; the stem is a stage of its own."""
    return block.partition(".")[0]
