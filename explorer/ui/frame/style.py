"""What the theme cannot say: spacing, and the parts of Streamlit that are larger than we need."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.paths import SHEET
from explorer.serving import policy


def apply() -> None:
    """Add our style sheet to the page, unless the server has put it there."""
    if not policy.current().styled:
        st.html(SHEET)


def present() -> None:
    """Make the page large enough for a whole room."""
    st.html(Path(__file__).with_name("presenter.css"))
