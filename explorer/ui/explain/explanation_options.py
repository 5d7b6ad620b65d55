"""The two switches of an explanation: evidence against the class, and the photo's framing."""

from __future__ import annotations

import streamlit as st

from explorer.photos.geometry import Framing
from explorer.ui.explain.link_choices import FRAMING, SIGNED
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term

_SIGNED, _WHOLE = "switch_signed", "switch_whole"


def signed() -> bool:
    """Return whether to show evidence against the class, too."""
    return link_state.get(SIGNED) == link_state.YES


def framing() -> Framing:
    """Return how the photo becomes the network's square input."""
    return Framing(link_state.get(FRAMING))


def switches() -> None:
    """Draw the two switches; a change takes effect in the next run."""
    st.session_state[_SIGNED], st.session_state[_WHOLE] = signed(), framing() is Framing.WHOLE
    st.toggle(
        "Show evidence against the class, too",
        key=_SIGNED,
        on_change=_choose_signed,
        help=with_term(
            "Grad-CAM leaves negative values out; this shows them in colours of their own.",
            "grad-cam",
        ),
    )
    st.toggle(
        "Show the network the whole photo",
        key=_WHOLE,
        on_change=_choose_framing,
        help=with_term(
            "Otherwise it sees only a square in the middle, as when its accuracy was measured.",
            "top-1",
        ),
    )


def _choose_signed() -> None:
    link_state.choose(SIGNED, link_state.YES if st.session_state[_SIGNED] else "")


def _choose_framing() -> None:
    framing = Framing.WHOLE if st.session_state[_WHOLE] else Framing.CROP
    link_state.choose(FRAMING, framing.value)
