"""Cards of photos with their maps, in a grid."""

from __future__ import annotations

from explorer.ui.components import component

photo_cards = component(
    __file__,
    """
<div class="scale" hidden>
  <span class="low"></span><img class="ramp" alt="to"><span class="high"></span>
  <span class="note"></span>
</div>
<div class="sheet"></div>
""",
    "colour_scale",
    "grid_keys",
)
