"""The cost of a basic and a bottleneck block, as formulas with sliders."""

from __future__ import annotations

import streamlit as st

from explorer.blocks.cost_formulas import BlockCost, BlockKind
from explorer.ui.blocks.link_choices import BASIC_CHANNELS, BLOCK_WIDTHS, BOTTLENECK_CHANNELS
from explorer.ui.frame import link_state
from explorer.wording import amount, times

_SIDE, _TOLERANCE = 56, 0.1  # cells of layer1 at 224 pixels; relative tolerance of "even"
_PARAMETERS = {
    BlockKind.BASIC: BASIC_CHANNELS,
    BlockKind.BOTTLENECK: BOTTLENECK_CHANNELS,
}


def figure() -> dict[str, str]:
    """Draw both formulas with a slider each; return whether the blocks cost about the same."""
    with_each = zip(BlockKind, st.columns(2, gap="large"), strict=True)
    basic, bottleneck = [_block(kind, column) for kind, column in with_each]
    factor = basic.params / bottleneck.params
    st.markdown(
        f"The basic block with {basic.channels} channels has **{factor:.2g} times** the parameters "
        f"of the bottleneck with {bottleneck.channels} channels, and "
        f"{basic.macs / bottleneck.macs:.2g} times its multiply-adds."
    )
    st.caption(
        f"Maps of {times((_SIDE, _SIDE))} cells, as in layer1 of ResNet-50 at full width, whose "
        "blocks are bottlenecks with 256 channels; every weight is used in every cell. The small "
        "terms are the scales and shifts of batch norm."
    )
    return {"balance": "even" if abs(factor - 1) <= _TOLERANCE else "uneven"}


def _block(kind: BlockKind, column: st.delta_generator.DeltaGenerator) -> BlockCost:
    """Draw one block: the slider, the formula and its result."""
    key = f"pick_{_PARAMETERS[kind]}"
    st.session_state[key] = int(link_state.get(_PARAMETERS[kind]))
    with column:
        channels = st.slider(
            f"Channels C of the {kind.value} block",
            BLOCK_WIDTHS[0],
            BLOCK_WIDTHS[-1],
            step=BLOCK_WIDTHS[0],
            key=key,
            on_change=_choose_channels,
            args=(kind,),
        )
        cost = BlockCost(kind, channels, _SIDE)
        st.latex(cost.formula)
        convolutions, normalisations = cost.with_numbers
        numbers = rf"= {{}} & {convolutions} \\ & + {normalisations}"
        st.latex(rf"\begin{{aligned}} {numbers} \end{{aligned}}")
        parameters, multiplications = st.columns(2)
        parameters.metric("Parameters", amount(cost.params))
        multiplications.metric("Multiply-adds", amount(cost.macs))
    return cost


def _choose_channels(kind: BlockKind) -> None:
    link_state.choose(_PARAMETERS[kind], str(st.session_state[f"pick_{_PARAMETERS[kind]}"]))
