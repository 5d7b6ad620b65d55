"""What the name of a block says: "stem", "layer1.0", "layer1.1", ..., "layer4.2"."""

from __future__ import annotations

STEM, HEAD = "stem", "head"
STAGES = 4  # of residual blocks, between the two


def stage_of(block: str) -> str:
    """Return the stage that a block is in: "layer1" for "layer1.0", and the stem is its own."""
    return block.partition(".")[0]
