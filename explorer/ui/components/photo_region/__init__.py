"""The photo on which a region is drawn, moved and resized, with the outline of a map as a guide."""

from __future__ import annotations

from explorer.ui.components import component

HTML = """
<figure class="figure">
  <div class="stage">
    <div class="picture" role="img">
      <img class="photo" alt=""><img class="cover" alt=""><div class="frame"></div>
      <svg class="guide over" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        <path class="under"/><path/></svg>
    </div>
    <div class="area over">
      <div class="region" tabindex="0" role="application" aria-roledescription="region"
        aria-label="Region of the photo: arrow keys move it, with Shift they resize it">
        <div class="handle top left"></div><div class="handle top right"></div>
        <div class="handle bottom left"></div><div class="handle bottom right"></div>
      </div>
    </div>
    <div class="tag"></div>
  </div>
  <output class="value" aria-live="polite"></output>
</figure>
"""
photo_region = component(__file__, HTML, "cached_photo", "photo_stage")
