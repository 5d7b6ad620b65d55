"""The tabs of Compare; only the one that is open is computed."""

from __future__ import annotations

import streamlit as st

from explorer.ui import choices, trade_offs

_TITLES = {choices.COST: "Cost and accuracy"}
_TABS = "compare_tabs"


def page() -> None:
    """Draw the tab that the reader chose."""
    st.session_state[_TABS] = _TITLES[choices.get(choices.TAB)]
    (cost,) = st.tabs(list(_TITLES.values()), key=_TABS, on_change=_choose)
    if cost.open:
        with cost:
            trade_offs.tab()


def _choose() -> None:
    titles = {title: name for name, title in _TITLES.items()}
    choices.choose(choices.TAB, titles[st.session_state[_TABS]])
