"""The photo with a heatmap over it; how it is drawn is set in the browser.

The map is sent once, as the values of its own grid, and the browser colours it. What is set, the
component `picture_settings` shares with the app, which sends neither map nor photo again. The photo
is sent separately, so another map of it does not send it again. Below a map of pixels the photo is
grey and dark, as in `explorer.figures.explain.explained_photo`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.array_types import Map
from explorer.figures.explain.explained_photo import BRIGHTNESS, MOST_CELLS
from explorer.figures.explain.heatmaps import Scale
from explorer.figures.palettes import PALETTES, Palette, table
from explorer.photos.geometry import Frame
from explorer.ui.components import component, packed, pictures
from explorer.ui.components.photo_cache import cache_photos
from explorer.ui.photos.session_photos import Photo
from explorer.wording import written

HIGHEST = "var(--photo-height)"  # of the style sheet of the page
HINT = "Point at the picture, or move over it with the arrow keys, to read a value. Drag to swipe."

_overlay = component(
    __file__,
    """
<figure class="figure">
  <div class="stage">
    <div class="picture" role="img">
      <img class="photo" alt=""><div class="ground over"></div>
      <canvas class="heat over"></canvas><div class="frame"></div>
    </div>
    <div class="probe over" tabindex="0" role="application" aria-roledescription="map"
      aria-label="Values of the map: arrow keys go from cell to cell, Home to the strongest">
      <div class="cell" hidden></div><div class="divider"></div>
    </div>
    <div class="chip" aria-hidden="true"></div>
  </div>
  <output class="value" aria-live="polite"></output>
  <p class="meaning"></p>
  <div class="controls">
    <label><span>Opacity</span><input class="opacity" type="range" min="0" max="100">
      <output></output></label>
    <label><span>Swipe</span><input class="swipe" type="range" min="0" max="100">
      <output></output></label>
    <label><span>Palette</span><select class="palette"></select></label>
    <label><input class="cells" type="checkbox"> Cells</label>
    <label><input class="framed" type="checkbox"> Frame</label>
    <div class="scale"><span class="quantity"></span>
      <canvas class="bar" role="img" aria-label="Colour bar"></canvas>
      <div class="ends"><span class="low"></span><span class="middle"></span>
        <span class="high"></span></div>
    </div>
  </div>
</figure>
""",
    "picture_view",
    "paint_map",
    "cached_photo",
    "photo_stage",
    "grid_cells",
)


@dataclass(frozen=True, eq=False)
class DescribedMap:
    """A map with its description.

    Attributes:
        heatmap: the map over the network's input, shape (h, w).
        scale: the colour scale of the map.
        alt: description of the picture, for screen readers.
        supports: meaning of a positive value, e.g. "supports motorbikes".
        opposes: meaning of a negative value, e.g. "counts against motorbikes".
        unit: what the values are, in a sentence.
        of_block: whether each value is a cell of a block's grid; otherwise it is a pixel.
        quantity: name of the quantity, beside the colour bar.
        nothing: meaning of a value of zero.
        chip: what the map shows in a few words, which stand on the picture.
    """

    heatmap: Map
    scale: Scale
    alt: str
    supports: str
    opposes: str
    unit: str
    of_block: bool = True
    quantity: str = "Evidence"
    nothing: str = "no evidence"
    chip: str = ""


def photo_overlay(
    photo: Photo, frame: Frame, described: DescribedMap, key: str = "overlay", compact: bool = False
) -> None:
    """Show a map over its photo.

    Args:
        photo: the photo under the map.
        frame: position of the network's input in the photo.
        described: the map with its description.
        key: key of this overlay on the page.
        compact: leave the controls to another overlay on the page, whose settings it follows.
    """
    cache_photos(key, {photo.id: photo.shown})
    _overlay(
        key=key,
        data=packed(
            {
                "photo": photo.id,
                "size": photo.size,
                "frame": parts(frame),
                "ground": f"grayscale(1) brightness({BRIGHTNESS})",
                **_map(described),
                **_colours(described),
                **_words(described),
                "hint": "" if compact else HINT,
                "compact": compact,
                "highest": HIGHEST,
            }
        ),
    )


def _map(described: DescribedMap) -> dict[str, object]:
    rows, columns = described.heatmap.shape
    return {
        "map": pictures(np.ascontiguousarray(described.heatmap, "<f4").tobytes()),
        "rows": rows,
        "columns": columns,
        "cells": max(rows, columns) <= MOST_CELLS,
        "of_block": described.of_block,
    }


def _colours(described: DescribedMap) -> dict[str, object]:
    return {
        "palettes": pictures(*(table(described.scale.signed, p).tobytes() for p in PALETTES)),
        "titles": [palette.title for palette in PALETTES],
        "meanings": [_meaning(described, palette) for palette in PALETTES],
        "low": described.scale.low,
        "high": described.scale.high,
        "ends": _ends(described),
    }


def _meaning(described: DescribedMap, palette: Palette) -> str:
    """Say what the two colours of a signed map mean: "Orange supports cup, blue supports hat."."""
    if not described.scale.signed:
        return ""
    against, supporting = palette.names
    return f"{supporting.capitalize()} {described.supports}, {against} {described.opposes}."


def _words(described: DescribedMap) -> dict[str, object]:
    return {
        "alt": described.alt,
        "chip": described.chip,
        "unit": described.unit,
        "cell": "Cell" if described.of_block else "Pixel",
        "quantity": described.quantity,
        "nothing": described.nothing,
        "for": described.supports,
        "against": described.opposes,
    }


def _ends(described: DescribedMap) -> dict[str, str]:
    """Return the numbers of the colour bar; with "≥" or "≤" if values lie beyond its ends."""
    scale, heatmap = described.scale, described.heatmap
    beyond = "\N{GREATER-THAN OR EQUAL TO}" if heatmap.max() > scale.high else ""
    below = "\N{LESS-THAN OR EQUAL TO}" if scale.signed and heatmap.min() < scale.low else ""
    return {
        "low": below + written(scale.low),
        "middle": written((scale.low + scale.high) / 2),
        "high": beyond + written(scale.high),
    }


def parts(frame: Frame) -> dict[str, float]:
    """Return the edges of the network's input as fractions of the photo's sides."""
    return {
        "top": frame.top / frame.photo_height,
        "bottom": frame.bottom / frame.photo_height,
        "left": frame.left / frame.photo_width,
        "right": frame.right / frame.photo_width,
    }
