"""The photo with a heatmap in its place; opacity is set in the browser, without a rerun."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.figures.heatmaps import Scale, colour_bar, in_place
from explorer.figures.pictures import png
from explorer.geometry import Frame
from explorer.ui.browser import component, pictures
from explorer.ui.photos import Photo
from explorer.wording import written as written

HIGHEST = "clamp(240px, 56vh, 640px)"  # leaves room for the blocks under the photo

_overlay = component(
    "overlay",
    """
<figure class="figure">
  <div class="stage" role="img">
    <img class="photo" alt=""><img class="heat" alt=""><div class="frame"></div>
  </div>
  <div class="controls">
    <label>Opacity <input type="range" min="0" max="100" value="70"><output></output></label>
    <div class="scale">
      Evidence <span class="low"></span><img class="bar" alt="to"><span class="high"></span>
    </div>
  </div>
</figure>
""",
)


def overlay(
    photo: Photo, heatmap: NDArray[np.float32], frame: Frame, signed: bool, alt: str
) -> None:
    """Show a map over its photo.

    Args:
        photo: as it is shown.
        heatmap: on the block's own grid, shape (h, w).
        frame: where the network's input lies in the photo.
        signed: the map holds evidence against the class, too.
        alt: what the picture shows, in words.
    """
    scale = Scale.of(heatmap, signed)
    _overlay(
        key="overlay",
        data={
            "photo": pictures(photo.shown),
            "maps": pictures(
                png(in_place(heatmap, frame, photo.size, scale)), png(colour_bar(signed))
            ),
            "alt": alt,
            "ratio": photo.size[0] / photo.size[1],
            "highest": HIGHEST,
            "frame": percentages(frame),
            "low": written(scale.low),
            "high": written(scale.high),
            "unit": "Grad-CAM values of this block; zero is transparent.",
        },
    )


def percentages(frame: Frame) -> dict[str, float]:
    """Where the network's input lies, as CSS insets in per cent of the photo's sides."""
    return {
        "top": 100 * frame.top / frame.photo_height,
        "bottom": 100 * (1 - frame.bottom / frame.photo_height),
        "left": 100 * frame.left / frame.photo_width,
        "right": 100 * (1 - frame.right / frame.photo_width),
    }
