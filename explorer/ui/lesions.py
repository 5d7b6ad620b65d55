"""The lesion switch: blocks off, and what that does to the prediction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.heatmaps import Scale
from explorer.provenance import limit
from explorer.ui import choices
from explorer.ui.overlay import Shown, overlay
from explorer.ui.studies import Outcome
from explorer.ui.topfive import top_five
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.analysis import Analysis, Prediction
    from explorer.network import Network
    from explorer.ui.explanations import Explanation
    from explorer.ui.photos import Photo

_SWITCH, _PICK = "lesion_switch", "lesion_blocks"


def chosen_cut(network: Network) -> tuple[str, ...]:
    """The blocks that are switched off, as far as this network has them, in its order."""
    asked = choices.get(choices.CUT).split(",")
    return tuple(block for block in network.blocks[1:] if block in asked)


def switches(network: Network, block: str, cut: tuple[str, ...]) -> None:
    """Offer to switch off the chosen block, and any others."""
    st.session_state[_SWITCH], st.session_state[_PICK] = block in cut, list(cut)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.toggle(
            f"Switch {block} off",
            key=_SWITCH,
            on_change=_flip,
            args=(block, cut),
            help="F(x) becomes zero: what is left of the block is the ReLU of its shortcut.",
        )
        st.multiselect(
            "Switched off",
            network.blocks[1:],
            key=_PICK,
            on_change=_keep,
            placeholder="No block",
            width=420,
        )


def before_and_after(
    photo: Photo, explanation: Explanation, explained: Prediction, cut: tuple[str, ...]
) -> None:
    """Show prediction, top five and Grad-CAM with all blocks and without some, side by side."""
    from explorer.lesions import Lesion

    analysis = explanation.analysis
    last = analysis.network.blocks[-1]
    heatmap = explanation.ladder(explained.index, signed=False)[last]
    whole = Outcome(analysis.predictions, explained, heatmap)
    without = explanation.study.without(Lesion(cut), explained.index) if cut else None
    maps = [heatmap] if without is None else [heatmap, without.heatmap]
    scale = Scale.up_to(limit(maps, signed=False), signed=False)
    before, after = st.columns(2, gap="large")
    with before:
        _side(photo, analysis, whole, "All blocks on", scale)
    with after:
        if without is None:
            st.info(
                "Every block is on. Flip the switch to see what the network makes of the photo "
                "without one.",
                icon=":material/toggle_off:",
            )
        else:
            _side(photo, analysis, without, f"Without {_listed(cut)}", scale)
    if without is not None:
        st.markdown(in_words(cut, whole, without))
        st.caption(f"{_left(analysis.network, cut)} Both maps are at {last}, on one scale.")


def in_words(cut: tuple[str, ...], before: Outcome, after: Outcome) -> str:
    """Say what became of the watched class, and of the first guess."""
    label = spoken(before.target.label)
    was, now = percent(before.target.probability), percent(after.target.probability)
    if was == now:
        moved = f"{label} stays at {was}"
    else:
        rose = after.target.probability > before.target.probability
        moved = f"{label} {'rises' if rose else 'falls'} from {was} to {now}"
    first, then = before.predictions[0], after.predictions[0]
    if first.index == then.index:
        guess = f"the first guess is still {spoken(first.label)}"
    else:
        guess = f"the first guess is now {spoken(then.label)} instead of {spoken(first.label)}"
    return f"Without {_listed(cut)}, {moved}; {guess}."


def _side(photo: Photo, analysis: Analysis, outcome: Outcome, title: str, scale: Scale) -> None:
    best, key = outcome.predictions[0], "before" if title.startswith("All") else "after"
    st.caption(title)
    st.subheader(f"{spoken(best.label)} · {percent(best.probability)}", anchor=False)
    top_five(f"top_five_{key}", f"{title}: most probable", outcome.predictions, outcome.target)
    label = spoken(outcome.target.label)
    shown = Shown(
        outcome.heatmap,
        scale,
        alt=f"{photo.title} with Grad-CAM for {label}. {title}.",
        supports=f"speaks for {label}",
        opposes=f"speaks against {label}",
        unit="Grad-CAM values; zero is transparent.",
    )
    overlay(photo, analysis.frame, shown, key=f"lesion_{key}", compact=True)


def _left(network: Network, cut: tuple[str, ...]) -> str:
    """Say what a cut leaves of the blocks."""
    projected = [block for block in cut if network.chain[block].downsample is not None]
    if not projected:
        return "Each is now the identity: its input has been through a ReLU already."
    has = "has a projection" if len(projected) == 1 else "have projections"
    stays = "that stays" if len(projected) == 1 else "those stay"
    return f"{_listed(tuple(projected))} {has} as shortcut: {stays}, only F(x) is switched off."


def _listed(blocks: tuple[str, ...], most: int = 4) -> str:
    if len(blocks) > most:
        return f"{len(blocks)} blocks"
    return " and ".join(filter(None, (", ".join(blocks[:-1]), blocks[-1])))


def _flip(block: str, cut: tuple[str, ...]) -> None:
    off = st.session_state[_SWITCH]
    _set((*cut, block) if off else tuple(other for other in cut if other != block))


def _keep() -> None:
    _set(tuple(st.session_state[_PICK]))


def _set(blocks: tuple[str, ...]) -> None:
    choices.choose(choices.CUT, ",".join(sorted(blocks, key=_place)))


def _place(block: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", block)]
