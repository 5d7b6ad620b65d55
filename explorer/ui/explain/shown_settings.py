"""How the reader wants pictures of maps to be drawn: one choice for all of them, in the link."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.figures.palettes import BY_NAME
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.ui.components.picture_settings import picture_settings
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


def share() -> None:
    """Let the figures of a page draw in this way, and take over what the reader sets on them.

    A page that shows maps over photos calls it once, before them.
    """
    picture_settings(current(), _choose)


def _choose(heard: Mapping[object, object]) -> None:
    values = {
        PALETTE: str(heard.get("palette")),
        OPACITY: str(heard.get("opacity")),
        CELLS: link_state.YES if heard.get("cells") else "",
        FRAME: link_state.YES if heard.get("frame") else NO,
    }
    for name, value in values.items():
        if link_state.accepts(name, value):
            link_state.choose(name, value)
