"""The entry script: the frame around every page."""

from __future__ import annotations

import streamlit as st

import explorer.ui.all_link_choices  # noqa: F401 - it declares what a link may hold
from explorer.paths import ASSETS, PAGES
from explorer.ui import sidebar
from explorer.ui.frame import link_state, style, torch_runtime, waiting_page
from explorer.ui.networks import opening_weights

waited = not torch_runtime.is_loaded()
place = waiting_page.place()

st.set_page_config(
    page_title="ResNet Explorer",
    page_icon=str(ASSETS / "icon.png"),  # an icon of Streamlit's would come from another host
    layout="wide",
    initial_sidebar_state=304,  # pixels
)
explain = st.Page(PAGES / "explain.py", title="Explain", default=True)
page = st.navigation(
    {
        "Explore": [
            explain,
            st.Page(PAGES / "many.py", title="Many photos"),
            st.Page(PAGES / "activations.py", title="Activations"),
            st.Page(PAGES / "anatomy.py", title="Anatomy"),
            st.Page(PAGES / "poke.py", title="Poke"),
            st.Page(PAGES / "compare.py", title="Compare"),
        ],
        "Apply": [
            st.Page(PAGES / "teach.py", title="Teach"),
        ],
        "Learn": [
            st.Page(PAGES / "lessons.py", title="Lessons"),
            st.Page(PAGES / "claims.py", title="Claims"),
            st.Page(PAGES / "glossary.py", title="Glossary"),
            st.Page(PAGES / "teachers.py", title="For teachers"),
            st.Page(PAGES / "bring.py", title="What can I bring?"),
        ],
    },
    position="hidden" if place else "sidebar",
)
style.apply()
if place:
    waiting_page.page()
    st.stop()
opening = opening_weights.opening(lessons=page.title == "Lessons")
link_state.restore(opening)
with sidebar.around(page.title, after_picture=page == explain):
    page.run()
link_state.publish(opening)
if waited and torch_runtime.is_loaded():
    st.rerun()  # the network bar was drawn before torch was there, and can say more now
