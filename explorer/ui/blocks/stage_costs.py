"""Where a network's parameters and multiply-adds are, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.components.block_bars import Column, Series, Tone, columns
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.networks import chosen_network
from explorer.wording import amount

if TYPE_CHECKING:
    from explorer.networks.layer_summary import Blueprint, Link


def figure() -> dict[str, str]:
    """Draw the shares of every block; tell which one has most parameters."""
    from explorer.networks.layer_summary import blueprint

    network = chosen_network.chosen().network
    drawn = blueprint(network)
    blocks = network.blocks[1:]
    chosen = chosen_block(blocks)
    series = (
        Series("share of the parameters", Tone.ACCENT),
        Series("share of the multiply-adds", Tone.QUIET),
    )
    st.markdown(f"**{network.variant.title}: what each block costs**")
    columns(
        "stage_costs",
        "Shares of parameters and multiply-adds by block",
        series,
        [_column(drawn, drawn.links[block]) for block in blocks],
        chosen,
        unit=" %",
    )
    link = drawn.links[chosen]
    st.markdown(
        f"{chosen} has {amount(link.params)} parameters and needs {amount(link.macs)} "
        "multiply-adds for one photo."
    )
    st.caption("Bars are shares of the whole network, in %; click one, or use the arrow keys.")
    largest = max(blocks, key=lambda block: drawn.links[block].params)
    return {"largest": largest}


def _column(drawn: Blueprint, link: Link) -> Column:
    params, macs = 100 * link.params / drawn.params, 100 * link.macs / drawn.macs
    return Column(
        link.name,
        (params, macs),
        f"{params:.0f} %",
        f"{params:.1f} % of the parameters, {macs:.1f} % of the multiply-adds",
    )
