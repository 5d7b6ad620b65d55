"""The photo with a heatmap in its place; how it is looked at is set in the browser.

The map travels once, as the values of its own grid, and the browser colours it. So opacity, swipe,
palette and cells cost no rerun, and no message. The photo travels by itself, so that another map of
it does not send it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.figures.explain.heatmaps import Scale
from explorer.figures.palettes import PALETTES, table
from explorer.photos.geometry import Frame
from explorer.ui.components import component, packed, pictures
from explorer.ui.components.photo_cache import cache_photos
from explorer.ui.photos.session_photos import Photo
from explorer.wording import written

HIGHEST = "clamp(240px, 50vh, 640px)"  # leaves room for the blocks under the photo
HINT = "Point at the picture, or move over it with the arrow keys, to read a value. Drag to swipe."
MOST_CELLS = 64  # in a row; the lines between more of them would hide the photo

_overlay = component(
    __file__,
    """
<figure class="figure">
  <div class="stage">
    <div class="picture" role="img">
      <img class="photo" alt=""><canvas class="heat over"></canvas><div class="frame"></div>
    </div>
    <div class="probe over" tabindex="0" role="application" aria-roledescription="map"
      aria-label="Values of the map: arrow keys go from cell to cell, Home to the strongest">
      <div class="cell" hidden></div><div class="divider"></div>
    </div>
  </div>
  <output class="value" aria-live="polite"></output>
  <div class="controls">
    <label><span>Opacity</span><input class="opacity" type="range" min="0" max="100">
      <output></output></label>
    <label><span>Swipe</span><input class="swipe" type="range" min="0" max="100">
      <output></output></label>
    <label><span>Palette</span><select class="palette"></select></label>
    <label><input class="cells" type="checkbox"> Cells</label>
    <div class="scale"><span class="quantity"></span>
      <canvas class="bar" role="img" aria-label="Colour bar"></canvas>
      <div class="ends"><span class="low"></span><span class="middle"></span>
        <span class="high"></span></div>
    </div>
  </div>
</figure>
""",
    "paint_map",
    "cached_photo",
    "photo_stage",
    "grid_cells",
)


@dataclass(frozen=True, eq=False)
class DescribedMap:
    """A map, and what there is to say about it.

    Attributes:
        heatmap: over the network's input, shape (h, w).
        scale: what the colours mean.
        alt: what the picture shows, in words.
        supports: what a positive value means, e.g. "speaks for motorbikes".
        opposes: what a negative one means.
        unit: what the values are.
        of_block: whether each value is a cell of a block's grid; otherwise it is a pixel.
        quantity: what the colours measure, beside the colour bar.
        nothing: what a value of zero means.
    """

    heatmap: NDArray[np.float32]
    scale: Scale
    alt: str
    supports: str
    opposes: str
    unit: str
    of_block: bool = True
    quantity: str = "Evidence"
    nothing: str = "no evidence"


def photo_overlay(
    photo: Photo, frame: Frame, shown: DescribedMap, key: str = "overlay", compact: bool = False
) -> None:
    """Show a map over its photo.

    Args:
        photo: as it is shown.
        frame: where the network's input lies in the photo.
        shown: the map.
        key: of this picture on the page.
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
                **_map(shown),
                **_colours(shown),
                **_words(shown),
                "hint": "" if compact else HINT,
                "compact": compact,
                "highest": HIGHEST,
            }
        ),
    )


def _map(shown: DescribedMap) -> dict[str, object]:
    rows, columns = shown.heatmap.shape
    return {
        "map": pictures(np.ascontiguousarray(shown.heatmap, "<f4").tobytes()),
        "rows": rows,
        "columns": columns,
        "cells": max(rows, columns) <= MOST_CELLS,
    }


def _colours(shown: DescribedMap) -> dict[str, object]:
    return {
        "palettes": pictures(*(table(shown.scale.signed, p).tobytes() for p in PALETTES)),
        "titles": [palette.title for palette in PALETTES],
        "low": shown.scale.low,
        "high": shown.scale.high,
        "ends": _ends(shown),
    }


def _words(shown: DescribedMap) -> dict[str, object]:
    return {
        "alt": shown.alt,
        "unit": shown.unit,
        "cell": "Cell" if shown.of_block else "Pixel",
        "quantity": shown.quantity,
        "nothing": shown.nothing,
        "for": shown.supports,
        "against": shown.opposes,
    }


def _ends(shown: DescribedMap) -> dict[str, str]:
    """Write the numbers of the colour bar; "≥" where values lie beyond its end."""
    scale, heatmap = shown.scale, shown.heatmap
    beyond = "\N{GREATER-THAN OR EQUAL TO}" if heatmap.max() > scale.high else ""
    below = "\N{LESS-THAN OR EQUAL TO}" if scale.signed and heatmap.min() < scale.low else ""
    return {
        "low": below + written(scale.low),
        "middle": written((scale.low + scale.high) / 2),
        "high": beyond + written(scale.high),
    }


def parts(frame: Frame) -> dict[str, float]:
    """Where the edges of the network's input lie, in parts of the photo's sides."""
    return {
        "top": frame.top / frame.photo_height,
        "bottom": frame.bottom / frame.photo_height,
        "left": frame.left / frame.photo_width,
        "right": frame.right / frame.photo_width,
    }
