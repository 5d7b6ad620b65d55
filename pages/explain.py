"""Explain: what the network looks at in a photo."""

from __future__ import annotations

import streamlit as st

st.title("Explain")
