"""The channels of a block as a grid of buttons over one picture; a click chooses a channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.array_types import Map
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
    "colour_scale",
    "grid_keys",
)


@dataclass(frozen=True)
class Tile:
    """One channel on a sheet.

    Attributes:
        channel: number of the channel.
        value: text under the channel.
        said: description of the channel, for the tooltip and screen readers.
    """

    channel: int
    value: str
    said: str


@dataclass(frozen=True)
class ColourBar:
    """The colour bar over a sheet.

    Attributes:
        low: text at the dark end.
        high: text at the bright end.
        note: how to read the colours, in a phrase.
    """

    low: str
    high: str
    note: str


def sheet(
    key: str,
    label: str,
    choice: str,
    channels: Channels,
    limits: Map,
    tiles: Sequence[Tile],
    size: int,
    bar: ColourBar | None = None,
    chosen: int | None = None,
) -> None:
    """Draw some channels of a block; a click or an arrow key chooses one.

    Args:
        key: key of this sheet on the page.
        label: name of the sheet, for screen readers.
        choice: name of the choice that takes the number of a clicked channel.
        channels: all C channels of the block.
        limits: value with the strongest colour for each channel of the block, shape (C,).
        tiles: the channels on the sheet, in order.
        size: minimum width of a tile, in pixels.
        bar: the colour bar over the sheet; arrow keys choose a channel only if there is one.
        chosen: number of the channel to mark on all sheets of the page. Only one small sheet gets
            it, so that a click does not send the others again.
    """
    numbers = [tile.channel for tile in tiles]
    _channels(
        key=key,
        data=packed(
            _sprite(channels.maps[numbers], limits[numbers])
            | {
                "label": label,
                "tile": size,
                "channels": [_button(tile, channels) for tile in tiles],
                "bar": pictures(png(colour_bar(signed=False).convert("RGB"))),
                "scale": vars(bar) if bar else None,
                "follow": bar is not None,
                "chosen": "" if chosen is None else str(chosen),
            }
        ),
        on_chosen_change=_on_choice(key, choice),
    )


def _sprite(maps: Map, limits: Map) -> dict[str, object]:
    """Draw maps as one picture, and return it with its layout."""
    if not len(maps):
        return {"sheet": pictures(), "columns": 1, "height": 1, "width": 1}
    picture = sprite(maps, limits)
    return {
        "sheet": pictures(picture.picture),
        "columns": picture.columns,
        "height": picture.height,
        "width": picture.width,
    }


def _button(tile: Tile, channels: Channels) -> dict[str, object]:
    return {
        "id": str(tile.channel),
        "value": tile.value,
        "dead": bool(channels.dead[tile.channel]),
        "said": tile.said,
    }


def _on_choice(key: str, choice: str) -> Callable[[], None]:
    def choose() -> None:
        link_state.choose(choice, str(st.session_state[key].chosen or ""))

    return choose
