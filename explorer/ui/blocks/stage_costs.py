"""The share of each block in a network's parameters and multiply-adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.components.block_bars import BarSeries, BarTone, BlockBar, block_bars
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.networks import chosen_network
from explorer.wording import amount, unbroken

if TYPE_CHECKING:
    from explorer.networks.layer_summary import ChainLink, LayerSummary


def figure() -> dict[str, str]:
    """Draw the shares of every block; return which block has the most parameters."""
    from explorer.networks.layer_summary import layer_summary

    network = chosen_network.chosen().network
    summary = layer_summary(network)
    blocks = network.blocks[1:]
    chosen = chosen_block(blocks)
    series = (
        BarSeries("share of the parameters", BarTone.ACCENT),
        BarSeries("share of the multiply-adds", BarTone.QUIET),
    )
    st.markdown(f"**{network.variant.title}: what each block costs**")
    block_bars(
        "stage_costs",
        "Shares of parameters and multiply-adds by block",
        series,
        [_column(summary, summary.links[block]) for block in blocks],
        chosen,
        unit=" %",
    )
    link = summary.links[chosen]
    st.markdown(
        f"{chosen} has {amount(link.params)} parameters and needs {amount(link.macs)} "
        "multiply-adds for one photo."
    )
    st.caption("Bars are shares of the whole network, in %; click one, or use the arrow keys.")
    largest = max(blocks, key=lambda block: summary.links[block].params)
    return {"largest": largest}


def _column(summary: LayerSummary, link: ChainLink) -> BlockBar:
    params, macs = 100 * link.params / summary.params, 100 * link.macs / summary.macs
    return BlockBar(
        link.name,
        (params, macs),
        unbroken(f"{params:.0f} %"),
        unbroken(f"{params:.1f} % of the parameters, {macs:.1f} % of the multiply-adds"),
    )
