"""The entry script: the frame around every page."""

from __future__ import annotations

import streamlit as st

from explorer.paths import PAGES

st.navigation([st.Page(PAGES / "explain.py", title="Explain", default=True)]).run()
