"""How a reader wants the picture of a map to be drawn, on the screen and in every export."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.figures.palettes import INFERNO, Palette


@dataclass(frozen=True)
class PictureSettings:
    """What the reader sets on the picture of a map; it changes no value of the map.

    Attributes:
        palette: the colours.
        opacity: opacity of the strongest colours over the photo, 0..1.
        cells: draw the cells as they are, instead of smoothing between them.
        frame: draw the frame of what the network saw, where that is not the whole photo.
    """

    palette: Palette = INFERNO
    opacity: float = 0.7
    cells: bool = False
    frame: bool = True


STANDARD = PictureSettings()
