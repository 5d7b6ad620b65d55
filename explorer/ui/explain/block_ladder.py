"""The map of every block in the cells of the block strip; maps may share a scale."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.finding import limit
from explorer.explain.shared_scale import OF_MAPS, SharedScale
from explorer.figures.explain.heatmaps import Scale, draw
from explorer.figures.pictures import png
from explorer.networks.block_names import stage_of
from explorer.ui.components.block_strip import Cells, about, block_strip
from explorer.ui.explain import shown_settings
from explorer.ui.explain.latest_explanation import Ladder
from explorer.ui.explain.link_choices import DEFAULT_METHOD, METHOD, SPAN
from explorer.ui.explain.question import Question
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.wording import written

if TYPE_CHECKING:
    from explorer.explain.method_catalogue import Method
    from explorer.networks.network import Network

_SPAN = "pick_scale"
_OF_BLOCK = "latest_method_of_block"  # name of the method
_TITLES = {SharedScale.OWN: "each map", SharedScale.STAGE: "stage", SharedScale.NETWORK: "network"}


def chosen_span() -> SharedScale:
    """Return which maps share a scale."""
    return SharedScale(link_state.get(SPAN))


def limits(maps: Ladder, span: SharedScale, signed: bool) -> dict[str, float]:
    """Return the value with the strongest colour for every block.

    Args:
        maps: block name -> map at that block.
        span: which maps share a scale.
        signed: whether the maps hold evidence against the class, too.
    """
    if span is SharedScale.NETWORK:
        high = limit(list(maps.values()), signed)
        return dict.fromkeys(maps, high)
    if span is SharedScale.OWN:
        return {block: limit([heatmap], signed) for block, heatmap in maps.items()}
    stages: dict[str, list[str]] = {}
    for block in maps:
        stages.setdefault(stage_of(block), []).append(block)
    highs = {stage: limit([maps[b] for b in blocks], signed) for stage, blocks in stages.items()}
    return {block: highs[stage_of(block)] for block in maps}


def ladder(
    network: Network,
    maps: Ladder,
    question: Question,
    method: Method,
    cut: Collection[str] = (),
) -> None:
    """Show the map of every block, and the choice of the scale.

    A method that uses no block has none to mark: the strip says so, and a click on a block goes
    back to the latest method that uses one.

    Args:
        network: the network that made the maps.
        maps: block name -> map at that block, in the order of the network.
        question: the question, with the block whose map is shown large.
        method: the method of the map that is shown large.
        cut: names of the blocks that are switched off further down; the maps are those of all.
    """
    span, block, signed = chosen_span(), question.block, question.signed
    if method.uses_block:
        st.session_state[_OF_BLOCK] = method.name
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        about(network, block, "" if method.uses_block else _without_block(method))
        _choose_scale(span)
    cells = _cells(maps, span, signed, cut)
    if method.uses_block:
        block_strip(network, block, cells, "Block to explain")
    else:
        block_strip(network, block, cells, "Block to explain", False, _return_to_block)
    st.caption(in_words(maps, span, signed))


def _without_block(method: Method) -> str:
    from explorer.explain.method_catalogue import METHODS

    back = METHODS[_latest_of_block()].title
    return (
        f"**No block** :small[:gray[{method.title} explains the input's pixels. "
        f"Click a block to go back to {back}.]]"
    )


def _latest_of_block() -> str:
    return str(st.session_state.get(_OF_BLOCK, DEFAULT_METHOD))


def _return_to_block() -> None:
    link_state.choose(METHOD, _latest_of_block())


def _cells(maps: Ladder, span: SharedScale, signed: bool, cut: Collection[str]) -> Cells:
    highs, own = limits(maps, span, signed), limits(maps, SharedScale.OWN, signed)
    shared = limits(maps, SharedScale.STAGE, signed) if span is SharedScale.STAGE else {}
    palette = shown_settings.current().palette
    return Cells(
        pictures={
            block: png(draw(heatmap, Scale.up_to(highs[block], signed), palette).convert("RGB"))
            for block, heatmap in maps.items()
        },
        notes={block: f"map up to {written(own[block])}" for block in maps},
        stages={stage_of(block): f"to {written(high)}" for block, high in shared.items()},
        cut=cut,
    )


def in_words(maps: Ladder, span: SharedScale, signed: bool) -> str:
    """Describe which maps share a scale, and how much weaker the weakest block is."""
    own = limits(maps, SharedScale.OWN, signed)
    strongest = max(own, key=lambda block: own[block])
    if not own[strongest]:
        return "The map of every block is blank."
    weakest = min((block for block in own if own[block]), key=lambda block: own[block])
    times = own[strongest] / own[weakest]
    comparison = (
        f"Strongest value: {written(own[strongest])} at {strongest}; "
        f"at {weakest} it is {written(own[weakest])}, {times:,.0f} times weaker."
    )
    return f"{_SENTENCES[span]} {comparison}"


_SENTENCES = {
    SharedScale.OWN: "Each map reaches the brightest colour at its own strongest value.",
    SharedScale.STAGE: "The maps of a stage share one scale: compare brightness within it.",
    SharedScale.NETWORK: "All maps share one scale: dark ones are weak, not empty.",
}


def _choose_scale(span: SharedScale) -> None:
    st.session_state[_SPAN] = span
    st.segmented_control(
        "Scale of the colours",
        OF_MAPS,
        required=True,
        format_func=lambda span: (
            f"Scale: {_TITLES[span]}" if span is SharedScale.OWN else _TITLES[span]
        ),
        key=_SPAN,
        on_change=_keep_scale,
        label_visibility="collapsed",
        width="content",
        help=with_term(
            "Early maps are often a thousand times weaker than late ones.", "feature-map"
        ),
    )


def _keep_scale() -> None:
    link_state.choose(SPAN, SharedScale(st.session_state[_SPAN]).value)
