"""The maps of a block, with the signs between them: x + F(x) = sum, and the output."""

from __future__ import annotations

from explorer.ui.components import component

block_equation = component(
    __file__,
    """
<div class="row"></div>
<div class="scale" role="group" aria-label="Scale of the colours">
  <img class="ramp" alt="Colour bar"><span class="low"></span><span class="middle"></span>
  <span class="high"></span>
</div>
""",
)
