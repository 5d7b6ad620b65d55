"""Which pictures share a colour scale."""

from __future__ import annotations

from enum import StrEnum


class SharedScale(StrEnum):
    """How far a colour scale reaches; the value is the name in links."""

    OWN = "own"  # one scale for each picture
    PHOTOS = "photos"
    BLOCK = "block"
    STAGE = "stage"
    NETWORK = "network"


OF_MAPS = (SharedScale.OWN, SharedScale.STAGE, SharedScale.NETWORK)
OF_CHANNELS = (SharedScale.OWN, SharedScale.BLOCK, SharedScale.NETWORK)
OF_PHOTOS = (SharedScale.OWN, SharedScale.PHOTOS)
