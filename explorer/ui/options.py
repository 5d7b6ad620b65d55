"""The two switches of an explanation: evidence against, and how the photo is framed."""

from __future__ import annotations

import streamlit as st

from explorer.geometry import Framing
from explorer.ui import choices

_SIGNED, _WHOLE = "switch_signed", "switch_whole"


def signed() -> bool:
    """Whether to show evidence against the class, too."""
    st.session_state[_SIGNED] = choices.get(choices.SIGNED) == choices.YES
    return st.toggle(
        "Show evidence against, too",
        key=_SIGNED,
        on_change=_choose_signed,
        help="Grad-CAM drops negative values; with this they have colours of their own.",
    )


def framing() -> Framing:
    """How the photo becomes the network's square input."""
    st.session_state[_WHOLE] = choices.get(choices.FRAMING) == Framing.WHOLE
    whole = st.toggle(
        "Show the network the whole photo",
        key=_WHOLE,
        on_change=_choose_framing,
        help="Otherwise it sees the middle, a square, as when its accuracy was measured.",
    )
    return Framing.WHOLE if whole else Framing.CROP


def _choose_signed() -> None:
    choices.choose(choices.SIGNED, choices.YES if st.session_state[_SIGNED] else "")


def _choose_framing() -> None:
    framing = Framing.WHOLE if st.session_state[_WHOLE] else Framing.CROP
    choices.choose(choices.FRAMING, framing.value)
