"""Perceptually uniform colour maps that are safe for colour-blind readers.

Each palette has a sequential colour map for evidence from zero up and a diverging one, dark in the
middle, for evidence against and for. In both, brighter colours mean stronger evidence, and zero is
transparent, so that the photo stays visible where there is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from plotly.colors import cyclical, sequential

LEVELS = 256
ICE = cyclical.IceFire[7::-1]  # from light blue down to black
FIRE = cyclical.IceFire[:8:-1]  # from black up to light yellow
VIOLET = (  # even steps of lightness in CIELAB
    "#0E0E0E",
    "#2D2142",
    "#4C366B",
    "#6E4D94",
    "#9365BB",
    "#B584D6",
    "#D5A5ED",
    "#F2C9FF",
)
GREEN = (  # even steps of lightness in CIELAB
    "#0E0E0E",
    "#0A2E12",
    "#184B18",
    "#31681E",
    "#518727",
    "#7EA346",
    "#AAC06B",
    "#D5DD99",
)
BLUE = (  # even steps of lightness in CIELAB
    "#0E0E0E",
    "#192743",
    "#21416F",
    "#285D9B",
    "#337CC6",
    "#5A9BE2",
    "#84BBF9",
    "#BCDAFF",
)
GOLD = (  # even steps of lightness in CIELAB
    "#0E0E0E",
    "#362400",
    "#563D00",
    "#745802",
    "#937606",
    "#AF9636",
    "#CBB663",
    "#E6D895",
)
# Colours for the series of a chart (Okabe and Ito, 2008), ordered so that neighbours differ most,
# and one for secondary elements. All are visible on white and on the dark theme's background.
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
QUIET = "#7D8B99"
FULL_STRENGTH_AT = 0.6  # share of the scale from which on colours have their full opacity


@dataclass(frozen=True)
class Palette:
    """The colours of a map.

    Attributes:
        title: the name shown to readers.
        rising: colour stops from zero up, as "#rrggbb", evenly spaced.
        against_and_for: colour stops from evidence against over zero to evidence for, as "#rrggbb",
            evenly spaced.
        names: names of the colours for evidence against and for, as readers would say them.
    """

    title: str
    rising: tuple[str, ...]
    against_and_for: tuple[str, ...]
    names: tuple[str, str]

    @property
    def name(self) -> str:
        """The name in links, e.g. "inferno"."""
        return self.title.lower()


INFERNO = Palette("Inferno", tuple(sequential.Inferno), (*ICE, *FIRE[1:]), ("blue", "orange"))
VIRIDIS = Palette(
    "Viridis", tuple(sequential.Viridis), (*VIOLET[::-1], *GREEN[1:]), ("violet", "green")
)
CIVIDIS = Palette("Cividis", tuple(sequential.Cividis), (*BLUE[::-1], *GOLD[1:]), ("blue", "gold"))
PALETTES = (INFERNO, VIRIDIS, CIVIDIS)
BY_NAME = {palette.name: palette for palette in PALETTES}


def table(signed: bool, palette: Palette = INFERNO) -> NDArray[np.uint8]:
    """Return the colours of all levels as RGBA, uint8, shape (256, 4).

    Args:
        signed: whether zero is the middle level; otherwise it is the first one.
        palette: the palette.
    """
    stops = _parsed_stops(palette.against_and_for if signed else palette.rising)
    positions = np.linspace(0, 1, LEVELS)
    colours = [np.interp(positions, np.linspace(0, 1, len(stops)), channel) for channel in stops.T]
    strength = np.abs(2 * positions - 1) if signed else positions
    alpha = 255 * np.clip((strength - 1 / (LEVELS - 1)) / FULL_STRENGTH_AT, 0, 1)
    rgba: NDArray[np.uint8] = np.rint(np.stack([*colours, alpha], axis=1)).astype(np.uint8)
    return rgba


def _parsed_stops(colours: tuple[str, ...]) -> NDArray[np.float64]:
    """Parse "#rrggbb" into values 0..255, shape (stops, 3)."""
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours], dtype=np.float64)
