"""One line in the log for each analysis: what was computed and how long it took, not for whom."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from explorer.networks.weight_sources import WeightSource

if TYPE_CHECKING:
    from explorer.networks.network import Network

_LOGGER = logging.getLogger("explorer.analyses")


def record(network: Network, method: str, block: str, seconds: float) -> None:
    """Log one analysis as an object of JSON; neither the photo nor a file is ever named in it.

    Args:
        network: what computed it.
        method: name in the catalogue of methods.
        block: the block explained; "" for none, "all" for the whole ladder.
        seconds: wall time.
    """
    weights = network.weights
    entry = {
        "event": "analysis",
        "variant": network.variant.name,
        # a checkpoint's name would be that of the reader's file
        "weights": "checkpoint" if weights.source is WeightSource.CHECKPOINT else weights.name,
        "block": block,
        "method": method,
        "ms": round(1000 * seconds, 1),
        "device": network.device.type,
    }
    _LOGGER.info(json.dumps(entry))


def to_stderr() -> None:
    """Print the lines to stderr, as the server does; elsewhere nobody asked for them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOGGER.handlers = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
