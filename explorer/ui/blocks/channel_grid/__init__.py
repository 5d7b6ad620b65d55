"""The channels of a block as a sheet of buttons over one picture; a click chooses a channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.figures.blocks.channel_sprites import sprite
from explorer.figures.explain.heatmaps import colour_bar
from explorer.figures.pictures import png
from explorer.ui.components import component, packed, pictures
from explorer.ui.frame import link_state

if TYPE_CHECKING:
    from explorer.blocks.activations import Channels

_channels = component(
    __file__,
    """
<div class="scale" hidden>
  <span class="low"></span><img class="ramp" alt="to"><span class="high"></span>
  <span class="note"></span>
</div>
<div class="channels" role="radiogroup" hidden></div>
""",
    "grid_keys",
)


@dataclass(frozen=True)
class Tile:
    """One channel on a sheet.

    Attributes:
        channel: its number.
        value: what stands under it.
        said: what it is, for those who point at it or do not see it.
    """

    channel: int
    value: str
    said: str


@dataclass(frozen=True)
class ColourBar:
    """What the colours of a sheet mean.

    Attributes:
        low: at the dark end.
        high: at the bright end.
        note: how to read it.
    """

    low: str
    high: str
    note: str


def sheet(
    key: str,
    label: str,
    found: Channels,
    limits: NDArray[np.float32],
    tiles: Sequence[Tile],
    size: int,
    bar: ColourBar | None = None,
    chosen: int | None = None,
) -> None:
    """Draw some channels of a block; a click or an arrow key chooses one.

    Args:
        key: of this sheet on the page.
        label: what is chosen, for those who do not see it.
        found: the block's channels.
        limits: the value of the strongest colour of each of them, shape (C,).
        tiles: those that are shown, in order.
        size: the least width of a tile, in pixels.
        bar: the colour bar over the sheet; arrows choose where there is one.
        chosen: the channel to mark on all sheets of the page. One small sheet names it, so that a
            click does not send the others again.
    """
    shown = [tile.channel for tile in tiles]
    _channels(
        key=key,
        data=packed(
            _sprite(found.maps[shown], limits[shown])
            | {
                "label": label,
                "tile": size,
                "channels": [_entry(tile, found) for tile in tiles],
                "bar": pictures(png(colour_bar(signed=False).convert("RGB"))),
                "scale": vars(bar) if bar else None,
                "follow": bar is not None,
                "chosen": "" if chosen is None else str(chosen),
            }
        ),
        on_chosen_change=_chooser(key),
    )


def _sprite(maps: NDArray[np.float32], limits: NDArray[np.float32]) -> dict[str, object]:
    """Draw maps as one picture, and say where each of them lies in it."""
    if not len(maps):
        return {"sheet": pictures(), "columns": 1, "height": 1, "width": 1}
    drawn = sprite(maps, limits)
    return {
        "sheet": pictures(drawn.picture),
        "columns": drawn.columns,
        "height": drawn.height,
        "width": drawn.width,
    }


def _entry(tile: Tile, found: Channels) -> dict[str, object]:
    return {
        "id": str(tile.channel),
        "value": tile.value,
        "dead": bool(found.dead[tile.channel]),
        "said": tile.said,
    }


def _chooser(key: str) -> Callable[[], None]:
    def choose() -> None:
        link_state.choose(link_state.CHANNEL, str(st.session_state[key].chosen or ""))

    return choose
