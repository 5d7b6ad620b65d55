"""The network drawn as a strip of its blocks: the choice of a block on every page.

Each block says what it is; a page may put a small picture of its own into each of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from explorer.networks.block_names import stage_of
from explorer.ui.components import component, packed, pictures
from explorer.ui.frame import link_state
from explorer.wording import amount, times

if TYPE_CHECKING:
    from explorer.networks.layer_summary import ChainLink, LayerSummary
    from explorer.networks.network import Network

_KEY = "block_strip"
_LABEL = "Block"
LEGEND = "An arc is a shortcut, a dashed one a projection; \N{DIVISION SIGN}2 halves the grid."

_strip = component(__file__, '<div class="strip" role="radiogroup"></div>')


@dataclass(frozen=True, eq=False)
class Cells:
    """What a page adds to the blocks of the strip.

    Attributes:
        pictures: block -> PNG; a block without one is drawn as a slab in its proportions.
        notes: block -> a phrase about it, e.g. "up to 0.8".
        stages: stage -> a phrase about it, e.g. "to 0.8".
        cut: the blocks that are switched off.
        still: the blocks that are drawn and cannot be chosen here.
    """

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    cut: Collection[str] = ()
    still: Collection[str] = ()


def chosen_block(blocks: tuple[str, ...]) -> str:
    """The block that the reader chose if it is one of these; else the last of them."""
    block = link_state.get(link_state.LAYER)
    return block if block in blocks else blocks[-1]


def about(network: Network, block: str) -> None:
    """Say in a line what a block is."""
    from explorer.networks.layer_summary import layer_summary

    said = facts(layer_summary(network), block)
    st.markdown(f"**Block {block}** :small[:gray[{said}]]", width="stretch")


def block_strip(
    network: Network, chosen: str, cells: Cells | None = None, label: str = _LABEL
) -> None:
    """Draw the network; a click or an arrow key chooses a block, on all pages.

    Args:
        network: whose blocks to draw.
        chosen: the block that is marked.
        cells: what the page adds.
        label: what is chosen, for those who do not see it, e.g. "Block to explain".
    """
    from explorer.networks.layer_summary import layer_summary

    drawn, cells = layer_summary(network), cells or Cells()
    _strip(
        key=_KEY,
        data=packed(
            {
                "label": label,
                "pictures": pictures(*cells.pictures.values()),
                "stages": [
                    _stage(stage, list(links), drawn, cells)
                    for stage, links in groupby(
                        drawn.links.values(), lambda link: stage_of(link.name)
                    )
                ],
                "chosen": chosen,
            }
        ),
        on_chosen_change=_choose,
    )


def facts(drawn: LayerSummary, name: str) -> str:
    """Say what a link is: type, output, parameters, multiply-adds, receptive field."""
    link, size = drawn.links[name], drawn.input_size
    return " · ".join(
        (
            _kind(link),
            times(link.shape),
            f"{amount(link.params)} parameters",
            f"{amount(link.macs)} multiply-adds",
            f"receptive field {times((link.field.size,) * 2)} px, input {times((size, size))}",
        )
    )


def _kind(link: ChainLink) -> str:
    projected = " with projection" if link.shortcut == "projection" else ""
    return f"{link.kind}{projected}{f', stride {link.stride}' if link.stride > 1 else ''}"


def _stage(
    stage: str, links: list[ChainLink], drawn: LayerSummary, cells: Cells
) -> dict[str, object]:
    parts = (stage, times(links[-1].shape), cells.stages.get(stage, ""))
    return {
        "title": " · ".join(filter(None, parts)),
        "blocks": [_cell(link, drawn, cells) for link in links],
    }


def _cell(link: ChainLink, drawn: LayerSummary, cells: Cells) -> dict[str, object]:
    notes = ("switched off" if link.name in cells.cut else "", cells.notes.get(link.name, ""))
    shown = list(cells.pictures)
    return {
        "id": link.name,
        "short": link.name.partition(".")[2],
        "said": " · ".join(filter(None, (*notes, facts(drawn, link.name)))),
        "picture": shown.index(link.name) if link.name in shown else None,
        "shortcut": link.shortcut.value,
        "stride": link.stride,
        "cut": link.name in cells.cut,
        "still": link.name in cells.still or len(link.shape) == 1,  # the head has no cells
        "slab": _slab(link.shape),
    }


def _slab(shape: Sequence[int]) -> tuple[int, int, int]:
    """Return width, height and depth, in pixels, of the slab that stands for a shape."""
    if len(shape) == 1:
        return 6, 42, 4
    side = round(8 + 5 * math.log2(shape[1]))
    return side, side, round(max(2.0, 2 * math.log2(shape[0]) - 6))


def _choose() -> None:
    link_state.choose(link_state.LAYER, str(st.session_state[_KEY].chosen or ""))
