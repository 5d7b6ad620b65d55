"""Styles beyond Streamlit's theme: spacing, and smaller widgets."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.paths import style_sheet
from explorer.serving import policy


def apply() -> None:
    """Add the app's style sheet to the page, unless the server has already done so."""
    if not policy.current().styled:
        st.html(f"<style>{style_sheet()}</style>")


def present() -> None:
    """Enlarge the page for a projector."""
    st.html(Path(__file__).with_name("presenter.css"))
