"""The choice of a network in one row: depth, family and weights; on a phone also the photo."""

from __future__ import annotations

from explorer.ui.components import component

network_bar = component(
    __file__,
    """
    <div class="bar">
      <button type="button" class="photo">
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 4h18v16H3zm1 14 5-5 3 3 4-5 5 6"/>
        <circle cx="8.5" cy="9.5" r="1.5"/></svg>Photo
      </button>
      <span class="heading" aria-hidden="true">Depth</span>
      <div class="depths" role="radiogroup" aria-label="Depth"></div>
      <button type="button" class="more" aria-expanded="false" aria-controls="more">
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h9m6 0h1M4 17h1m6 0h9"/>
        <circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/></svg>More
      </button>
      <div class="others" id="more">
        <label><span>Family</span><select class="family"></select></label>
        <label><span>Weights</span><select class="weights"></select></label>
      </div>
      <span class="why" role="status"></span>
    </div>
    """,
)
