"""The photo with a grid of cells, and the receptive field of the chosen one."""

from __future__ import annotations

from explorer.ui.components import component

photo_field = component(
    __file__,
    """
<figure class="figure">
  <div class="stage">
    <div class="picture" role="img">
      <img class="photo" alt=""><img class="heat" alt=""><div class="frame"></div>
      <div class="theory"></div><div class="held"></div>
    </div>
    <div class="probe over" tabindex="0" role="application" aria-roledescription="grid of cells"
      aria-label="Cells of the block: arrow keys go from one to the next">
      <div class="cell hovered" hidden></div><div class="cell chosen"></div>
    </div>
  </div>
  <output class="value" aria-live="polite"></output>
  <div class="key">
    <span><i class="white"></i>the cell</span>
    <span><i class="dashed"></i>could see</span>
    <span><i></i>90 % of what it sees</span>
    <span>Gradient <span class="low ends"></span>
      <img class="bar" alt="Colour bar from dark to bright"><span class="high ends"></span></span>
  </div>
</figure>
""",
    "cached_photo",
    "photo_stage",
    "grid_cells",
)
