"""Log one line for each analysis: what was computed and how long it took, but not for whom."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from explorer.networks.weight_sources import WeightSource

if TYPE_CHECKING:
    from explorer.networks.network import Network

_LOGGER = logging.getLogger("explorer.analyses")


def record(network: Network, method: str, block: str, seconds: float, photos: int = 1) -> None:
    """Log one analysis as a JSON object, which names neither the photo nor any file.

    Photos that are computed together are one line: a time of each alone was not measured.

    Args:
        network: network that was analysed.
        method: name in the catalogue of methods.
        block: explained block; "" for none, "all" for every block.
        seconds: wall time in seconds, for all the photos together.
        photos: number of photos that were computed together.
    """
    weights = network.weights
    entry: dict[str, object] = {
        "event": "analysis",
        "variant": network.variant.name,
        # the name of a checkpoint would be that of the reader's file
        "weights": "checkpoint" if weights.source is WeightSource.CHECKPOINT else weights.name,
        "block": block,
        "method": method,
        "ms": round(1000 * seconds, 1),
        "device": network.device.type,
    }
    if photos > 1:
        entry["photos"] = photos
    _LOGGER.info(json.dumps(entry))


def to_stderr() -> None:
    """Write the lines to stderr, which only the server does."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOGGER.handlers = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
