"""What the theme cannot say: spacing, and the parts of Streamlit that are larger than we need."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def apply(name: str = "style") -> None:
    """Add a style sheet to the page."""
    st.html(Path(__file__).with_name(f"{name}.css"))
