"""The network as a strip of its blocks, to choose a block on every page.

Each block has a description; a page may add a small picture to each of them.
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
from explorer.ui.components.link_choices import LAYER
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import BLOCK_STRIP, with_term
from explorer.ui.frame.steady_text import space_for
from explorer.wording import amount, times

if TYPE_CHECKING:
    from explorer.networks.layer_summary import ChainLink, LayerSummary
    from explorer.networks.network import Network

_KEY = "block_strip"
_LABEL = "Block"

_strip = component(__file__, '<div class="strip" role="radiogroup"></div>')


@dataclass(frozen=True, eq=False)
class Cells:
    """What a page adds to the blocks of the strip.

    Attributes:
        pictures: block name -> PNG; a block without one is drawn as a slab in its proportions.
        notes: block name -> phrase about the block, e.g. "up to 0.8".
        stages: stage name -> phrase about the stage, e.g. "to 0.8".
        cut: names of the blocks that are switched off.
        still: names of the blocks that are drawn but cannot be chosen.
    """

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    cut: Collection[str] = ()
    still: Collection[str] = ()


def chosen_block(blocks: tuple[str, ...]) -> str:
    """Return the block that the reader chose if it is among the blocks; else the last one."""
    block = link_state.get(LAYER)
    return block if block in blocks else blocks[-1]


def about(network: Network, block: str) -> None:
    """Describe a block, in a place that is high enough for the longest description."""
    from explorer.networks.layer_summary import layer_summary

    summary = layer_summary(network)
    longest = max(network.blocks, key=lambda name: len(name + facts(summary, name)))
    description = f"**Block {block}** :small[:gray[{facts(summary, block)}]]"
    space = f"<strong>Block {longest}</strong> <small>{facts(summary, longest)}</small>"
    with space_for(space, "steady_block"):
        st.markdown(description, help=with_term(BLOCK_STRIP, "shortcut"))


def block_strip(
    network: Network, chosen: str, cells: Cells | None = None, label: str = _LABEL
) -> None:
    """Draw the network; a click or an arrow key chooses a block, on all pages.

    Args:
        network: the network to draw.
        chosen: name of the block to mark.
        cells: the pictures and notes of the page.
        label: what the reader chooses, for screen readers, e.g. "Block to explain".
    """
    from explorer.networks.layer_summary import layer_summary

    summary, cells = layer_summary(network), cells or Cells()
    _strip(
        key=_KEY,
        data=packed(
            {
                "label": label,
                "pictures": pictures(*cells.pictures.values()),
                "stages": [
                    _stage(stage, list(links), summary, cells)
                    for stage, links in groupby(
                        summary.links.values(), lambda link: stage_of(link.name)
                    )
                ],
                "chosen": chosen,
            }
        ),
        on_chosen_change=_choose,
    )


def facts(summary: LayerSummary, name: str) -> str:
    """Describe a chain link: type, output shape, parameters, multiply-adds, receptive field."""
    link, size = summary.links[name], summary.input_size
    return " · ".join(
        (
            _kind(link),
            times(link.shape),
            f"{amount(link.params)} parameters",
            f"{amount(link.macs)} multiply-adds",
            f"receptive field {times((link.field.size,) * 2)}\N{NO-BREAK SPACE}px, "
            f"input {times((size, size))}",
        )
    )


def _kind(link: ChainLink) -> str:
    projected = " with projection" if link.shortcut == "projection" else ""
    return f"{link.kind}{projected}{f', stride {link.stride}' if link.stride > 1 else ''}"


def _stage(
    stage: str, links: list[ChainLink], summary: LayerSummary, cells: Cells
) -> dict[str, object]:
    parts = (stage, times(links[-1].shape), cells.stages.get(stage, ""))
    return {
        "title": " · ".join(filter(None, parts)),
        "blocks": [_cell(link, summary, cells) for link in links],
    }


def _cell(link: ChainLink, summary: LayerSummary, cells: Cells) -> dict[str, object]:
    notes = ("switched off" if link.name in cells.cut else "", cells.notes.get(link.name, ""))
    pictured = list(cells.pictures)
    return {
        "id": link.name,
        "short": link.name.partition(".")[2],
        "said": " · ".join(filter(None, (*notes, facts(summary, link.name)))),
        "picture": pictured.index(link.name) if link.name in pictured else None,
        "shortcut": link.shortcut.value,
        "stride": link.stride,
        "cut": link.name in cells.cut,
        "still": link.name in cells.still or len(link.shape) == 1,  # the head has no cells
        "slab": _slab(link.shape),
    }


def _slab(shape: Sequence[int]) -> tuple[int, int, int]:
    """Return width, height and depth, in pixels, of the slab for an output shape."""
    if len(shape) == 1:
        return 6, 42, 4
    side = round(8 + 5 * math.log2(shape[1]))
    return side, side, round(max(2.0, 2 * math.log2(shape[0]) - 6))


def _choose() -> None:
    link_state.choose(LAYER, str(st.session_state[_KEY].chosen or ""))
