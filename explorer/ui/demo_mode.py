"""Demo mode of the Explain page: for a big screen, with keys for depth, block and map."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.networks.variants import VARIANTS
from explorer.ui import network_bar
from explorer.ui.components import packed
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.components.demo_mode import demo_mode
from explorer.ui.components.link_choices import LAYER
from explorer.ui.explain import latest_explanation
from explorer.ui.frame import link_state, style
from explorer.ui.lessons.link_choices import PRESENT
from explorer.ui.networks.link_choices import VARIANT
from explorer.ui.photos import session_photos

_KEY = "demo_mode"


def is_on() -> bool:
    """Return whether the page is shown in demo mode."""
    return link_state.get(PRESENT) == link_state.YES


def enlarge() -> None:
    """Enlarge the page in demo mode; otherwise take the same place, so that nothing moves."""
    if is_on():
        columns, rows = session_photos.chosen().size
        style.demo(columns / rows)
    else:
        st.empty()


def controls(head: DeltaGenerator) -> None:
    """Draw the button, or in demo mode the line with the keys.

    Call it after the page, also after one that failed: it is the way out of demo mode.

    Args:
        head: the head of the page.
    """
    explanation = latest_explanation.latest()
    blocks = explanation.analysis.network.blocks if explanation is not None else ()
    variant = link_state.get(VARIANT)
    with head:
        demo_mode(
            key=_KEY,
            data=packed(
                {
                    "on": is_on(),
                    "title": VARIANTS[variant].title,
                    "depth": variant,
                    "depths": network_bar.depths_here(),
                    "block": chosen_block(blocks) if blocks else "",
                    "blocks": blocks,
                }
            ),
            on_choices_change=_choose,
        )


def _choose() -> None:
    """Make those of the choices that were not made before."""
    choices = dict(st.session_state[_KEY].choices or {})
    depth, block = str(choices.get("depth", "")), str(choices.get("block", ""))
    if "on" in choices:
        link_state.choose(PRESENT, link_state.YES if choices["on"] is True else "")
    if depth not in ("", link_state.get(VARIANT)):
        network_bar.choose_variant(depth)
    if block:
        link_state.choose(LAYER, block)
