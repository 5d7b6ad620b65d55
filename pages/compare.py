"""Compare: the cost and the accuracy of each variant, and the duel of networks."""

from __future__ import annotations

import streamlit as st

from explorer.ui import network_bar
from explorer.ui.components import copy_link
from explorer.ui.costs import trade_offs
from explorer.ui.costs.link_choices import COST, DUEL, TAB
from explorer.ui.explain import duel
from explorer.ui.frame import link_state, page_layout

TITLES = {COST: "Cost and accuracy", DUEL: "Depth duel"}
TABS = "compare_tabs"


def choose_tab() -> None:
    """Store the tab that the reader opened."""
    names = {title: name for name, title in TITLES.items()}
    link_state.choose(TAB, names[st.session_state[TABS]])


network_bar.without_choice("This page compares all networks, so you need not choose one.")
page_layout.header("Compare", "What does each variant cost, and what does it buy?")

with page_layout.body():
    copy_link.notice()
    st.session_state[TABS] = TITLES[link_state.get(TAB)]
    cost_tab, duel_tab = st.tabs(list(TITLES.values()), key=TABS, on_change=choose_tab)
    if cost_tab.open:  # only the open tab is computed
        with cost_tab:
            trade_offs.tab()
    if duel_tab.open:
        with duel_tab:
            duel.tab()
