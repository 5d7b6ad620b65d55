"""Crops of photos, each with the cell that a channel is strongest at; a click opens a photo."""

from __future__ import annotations

from explorer.ui.components import component

exciting_crops = component(__file__, '<div class="crops" role="list"></div>', "photo_stage")
