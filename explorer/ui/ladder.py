"""The blocks of the network as a strip of small maps; a click moves to that block."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from explorer.figures.heatmaps import Scale, draw
from explorer.figures.pictures import png
from explorer.ui import choices
from explorer.ui.browser import component, pictures
from explorer.ui.explanations import Ladder
from explorer.ui.words import grid

_KEY = "block_ladder"
_HINT = "Click a map to move there. Each has its own scale."
_MANY = 20  # blocks; more of them are drawn smaller

_ladder = component(
    "ladder", '<div class="ladder" role="radiogroup" aria-label="Block to explain"></div>'
)


def chosen_block(blocks: tuple[str, ...]) -> str:
    """The block to explain: the reader's choice if this network has it, else the last one."""
    block = choices.get(choices.LAYER)
    return block if block in blocks else blocks[-1]


def ladder(maps: Ladder, chosen: str, signed: bool) -> None:
    """Show the map of every block, each on its own scale.

    Args:
        maps: block name -> map, in the order of the network.
        chosen: the block that is shown large.
        signed: the maps hold evidence against the class, too.
    """
    st.markdown(f"**Block {chosen}** :small[:gray[{_HINT}]]")
    drawn = [draw(heatmap, Scale.of(heatmap, signed)).convert("RGB") for heatmap in maps.values()]
    _ladder(
        key=_KEY,
        data={
            "pictures": pictures(*map(png, drawn)),
            "stages": _stages(maps),
            "size": 52 if len(maps) <= _MANY else 30,
            "chosen": chosen,
        },
        on_chosen_change=_choose,
    )


def _stages(maps: Ladder) -> list[dict[str, object]]:
    stages: list[dict[str, object]] = []
    for stage, blocks in groupby(maps, key=lambda block: block.partition(".")[0]):
        names = list(blocks)
        stages.append({"title": f"{stage} · {grid(maps[names[0]])}", "blocks": names})
    return stages


def _choose() -> None:
    choices.choose(choices.LAYER, str(st.session_state[_KEY].chosen or ""))
