"""What a block costs, as a formula with sliders: basic against bottleneck."""

from __future__ import annotations

import streamlit as st

from explorer.block_costs import BlockCost, BlockKind
from explorer.ui import choices
from explorer.wording import amount, times

REFERENCE = 256  # channels of the bottleneck that the paper sets against a basic block
_SIDE, _NEAR = 56, 0.1  # cells of layer1 at 224 pixels; "about as much" is within a tenth
_CHANNELS = "pick_block_channels"


def figure() -> dict[str, str]:
    """Draw both formulas; tell whether the two blocks cost about the same."""
    st.session_state[_CHANNELS] = int(choices.get(choices.BLOCK_CHANNELS))
    channels = st.slider(
        "Channels C of the basic block",
        choices.BLOCK_WIDTHS[0],
        choices.BLOCK_WIDTHS[-1],
        step=choices.BLOCK_WIDTHS[0],
        key=_CHANNELS,
        on_change=_keep,
    )
    ours = BlockCost(BlockKind.BASIC, channels, _SIDE)
    theirs = BlockCost(BlockKind.BOTTLENECK, REFERENCE, _SIDE)
    basic, bottleneck = st.columns(2, gap="large")
    with basic:
        st.markdown(f"**Basic block**, {channels} channels")
        _formula(ours)
    with bottleneck:
        st.markdown(f"**Bottleneck**, {REFERENCE} channels")
        _formula(theirs)
    factor = ours.params / theirs.params
    st.markdown(
        f"The basic block with {channels} channels has **{factor:.2g} times** the parameters of "
        f"the bottleneck with {REFERENCE} channels, and {ours.macs / theirs.macs:.2g} times its "
        "multiply-adds."
    )
    st.caption(
        f"Maps of {times((_SIDE, _SIDE))} cells, as in layer1 of ResNet-50 at full width; every "
        "weight is used in every cell. The small terms are the scales and shifts of batch norm."
    )
    return {"balance": "even" if abs(factor - 1) <= _NEAR else "uneven"}


def _formula(cost: BlockCost) -> None:
    st.latex(cost.formula)
    st.latex(rf"\footnotesize = {cost.with_numbers}")
    parameters, multiplications = st.columns(2)
    parameters.metric("Parameters", amount(cost.params))
    multiplications.metric("Multiply-adds", amount(cost.macs))


def _keep() -> None:
    choices.choose(choices.BLOCK_CHANNELS, str(st.session_state[_CHANNELS]))
