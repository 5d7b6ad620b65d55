"""The lesion switch: blocks switched off, and how the prediction changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain import evidence_in_words
from explorer.explain.finding import limit
from explorer.figures.explain.heatmaps import Scale
from explorer.photos.geometry import Frame
from explorer.ui.blocks.link_choices import CUT
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.components.top_five import top_five
from explorer.ui.explain.block_findings import LesionOutcome
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.wording import listed, percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction
    from explorer.networks.network import Network
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.photos.session_photos import Photo

_SWITCH, _PICK = "lesion_switch", "lesion_blocks"


@dataclass(frozen=True, eq=False)
class Picture:
    """What the two pictures of a lesion share.

    Attributes:
        photo: the photo under both maps.
        frame: position of the network's input in the photo.
        scale: the colour scale of both maps.
    """

    photo: Photo
    frame: Frame
    scale: Scale


def chosen_cut(network: Network) -> tuple[str, ...]:
    """Return the switched-off blocks that this network has, in its order."""
    from explorer.blocks.residual_parts import residual_blocks

    names = link_state.get(CUT).split(",")
    return tuple(block for block in residual_blocks(network) if block in names)


def under_strip(photo: Photo, explanation: Explanation, explained: Prediction, block: str) -> None:
    """Offer to switch off the block that is chosen on the strip; show the answer without it."""
    network = explanation.analysis.network
    cut = chosen_cut(network)
    switches(network, block, cut)
    if cut:
        before_and_after(photo, explanation, explained, cut)


def switches(network: Network, block: str, cut: tuple[str, ...]) -> None:
    """Offer to switch off the chosen block, and to change which others are off."""
    from explorer.blocks.residual_parts import residual_blocks

    switchable = residual_blocks(network)
    st.session_state[_SWITCH], st.session_state[_PICK] = block in cut, list(cut)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if block in switchable:
            st.toggle(
                f"Switch {block} off",
                key=_SWITCH,
                on_change=_flip,
                args=(block, cut),
                help=with_term(
                    "F(x) becomes zero; only the ReLU of the shortcut is left of the block.",
                    "lesion",
                ),
            )
        if cut:
            st.multiselect(
                "Switched off",
                switchable,
                key=_PICK,
                on_change=_keep_choice,
                width=420,
            )


def before_and_after(
    photo: Photo, explanation: Explanation, explained: Prediction, cut: tuple[str, ...]
) -> None:
    """Show prediction, Grad-CAM and top five with all blocks and without some, side by side."""
    from explorer.blocks.lesions import Lesion

    analysis = explanation.analysis
    last = analysis.network.blocks[-1]
    if not cut:
        best = analysis.predictions[0]
        st.caption(
            f"Every block is on: {spoken(best.label)}, {percent(best.probability)}. "
            "Switch a block off to see the prediction without it."
        )
        return
    with st.container():  # holds the wait message
        heatmap = explanation.ladder(explained.index, signed=False)[last]
        after = explanation.study.without(Lesion(cut), explained.index)
    before = LesionOutcome(analysis.predictions, explained, heatmap)
    scale = Scale.up_to(limit([heatmap, after.heatmap], signed=False), signed=False)
    st.markdown(in_words(cut, before, after))
    left, right = st.columns(2, gap="large")
    with left:
        _side("before", "All blocks on", before, Picture(photo, analysis.frame, scale))
    with right:
        _side("after", f"Without {listed_off(cut)}", after, Picture(photo, analysis.frame, scale))
    st.caption(f"{_remainder(analysis.network, cut)} Both maps are at {last}, on one scale.")


def in_words(cut: tuple[str, ...], before: LesionOutcome, after: LesionOutcome) -> str:
    """Describe how the watched class and the best class changed."""
    label = spoken(before.target.label)
    percent_before, percent_after = (
        percent(before.target.probability),
        percent(after.target.probability),
    )
    if percent_before == percent_after:
        movement = f"{label} stays at {percent_before}"
    else:
        rises = after.target.probability > before.target.probability
        movement = (
            f"{label} {'rises' if rises else 'falls'} from {percent_before} to {percent_after}"
        )
    old, new = before.predictions[0], after.predictions[0]
    if old.index == new.index:
        guess = f"the first guess is still {spoken(old.label)}"
    else:
        guess = f"the first guess is now {spoken(new.label)} instead of {spoken(old.label)}"
    return f"Without {listed_off(cut)}, {movement}; {guess}."


def _side(key: str, title: str, outcome: LesionOutcome, picture: Picture) -> None:
    best, label = outcome.predictions[0], spoken(outcome.target.label)
    st.caption(title)
    st.markdown(f"**{spoken(best.label)} · {percent(best.probability)}**")
    described_map = DescribedMap(
        outcome.heatmap,
        picture.scale,
        alt=f"{picture.photo.title} with Grad-CAM for {label}. {title}. "
        f"{evidence_in_words.in_words(outcome.heatmap, picture.frame)}",
        supports=f"supports {label}",
        opposes=f"counts against {label}",
        unit="Grad-CAM values; zero is transparent.",
    )
    photo_overlay(picture.photo, picture.frame, described_map, key=f"lesion_{key}", compact=True)
    top_five(f"top_five_{key}", f"{title}: most probable", outcome.predictions, outcome.target)


def _remainder(network: Network, cut: tuple[str, ...]) -> str:
    """Describe what remains of the switched-off blocks."""
    projected = [block for block in cut if network.chain[block].downsample is not None]
    if not projected:
        return "Without F(x), a block passes its input on unchanged."
    one = len(projected) == 1
    verb, rest = ("has a projection", "it stays") if one else ("have projections", "they stay")
    return (
        f"{listed_off(tuple(projected))} {verb} as the shortcut: {rest}; only F(x) is switched off."
    )


def listed_off(blocks: tuple[str, ...], most: int = 4) -> str:
    """Name blocks, or count them if there are many."""
    return f"{len(blocks)} blocks" if len(blocks) > most else listed(blocks)


def _flip(block: str, cut: tuple[str, ...]) -> None:
    off = st.session_state[_SWITCH]
    _choose_cut((*cut, block) if off else tuple(other for other in cut if other != block))


def _keep_choice() -> None:
    _choose_cut(tuple(st.session_state[_PICK]))


def _choose_cut(blocks: tuple[str, ...]) -> None:
    link_state.choose(CUT, ",".join(sorted(blocks, key=_sort_key)))


def _sort_key(block: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", block)]
