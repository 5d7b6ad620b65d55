"""How the reader wants pictures of maps to be drawn: one choice for all of them, in the link."""

from __future__ import annotations

from explorer.figures.palettes import BY_NAME
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.ui.explain.link_choices import CELLS, FRAME, NO, OPACITY, PALETTE
from explorer.ui.frame import link_state


def current() -> PictureSettings:
    """Return what the reader has set on the picture; every figure and every export follows it."""
    opacity = link_state.get(OPACITY)
    return PictureSettings(
        palette=BY_NAME.get(link_state.get(PALETTE), STANDARD.palette),
        opacity=int(opacity) / 100 if opacity else STANDARD.opacity,
        cells=link_state.get(CELLS) == link_state.YES,
        frame=link_state.get(FRAME) != NO,
    )
