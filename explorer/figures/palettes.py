"""Colour maps that are even to the eye and safe for colour-blind readers.

Inferno for evidence from zero up; ice and fire, dark in the middle, for evidence against and for.
In both, the brighter the colour the stronger the evidence, and both fade out towards zero, so that
the photo stays clear where there is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from plotly.colors import cyclical, sequential

LEVELS = 256
ICE = cyclical.IceFire[7::-1]  # from light blue down to black
FIRE = cyclical.IceFire[:8:-1]  # from black up to light yellow
FULL_STRENGTH_AT = 0.6  # of the scale's end: from here on a colour hides the photo as far as it may


def table(signed: bool) -> NDArray[np.uint8]:
    """Return the colours of all levels as RGBA, shape (256, 4).

    Args:
        signed: the middle level means zero; otherwise the first one does.
    """
    stops = _stops([*ICE, *FIRE[1:]] if signed else sequential.Inferno)
    at = np.linspace(0, 1, LEVELS)
    colours = [np.interp(at, np.linspace(0, 1, len(stops)), channel) for channel in stops.T]
    strength = np.abs(2 * at - 1) if signed else at
    alpha = 255 * np.clip((strength - 1 / (LEVELS - 1)) / FULL_STRENGTH_AT, 0, 1)
    rgba: NDArray[np.uint8] = np.rint(np.stack([*colours, alpha], axis=1)).astype(np.uint8)
    return rgba


def _stops(colours: list[str]) -> NDArray[np.float64]:
    """Parse "#rrggbb" into values 0..255, shape (stops, 3)."""
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours], dtype=np.float64)
