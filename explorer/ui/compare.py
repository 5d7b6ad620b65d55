"""The tabs of Compare; only the one that is open is computed."""

from __future__ import annotations

import streamlit as st

from explorer.ui import choices, duels, trade_offs

_TITLES = {choices.COST: "Cost and accuracy", choices.DUEL: "Depth duel"}
_TABS = "compare_tabs"


def page() -> None:
    """Draw the tab that the reader chose."""
    st.session_state[_TABS] = _TITLES[choices.get(choices.TAB)]
    cost, duel = st.tabs(list(_TITLES.values()), key=_TABS, on_change=_choose)
    if cost.open:
        with cost:
            trade_offs.tab()
    if duel.open:
        with duel:
            duels.tab()


def _choose() -> None:
    titles = {title: name for name, title in _TITLES.items()}
    choices.choose(choices.TAB, titles[st.session_state[_TABS]])
