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


def present(*further: str) -> None:
    """Enlarge the page for a projector.

    Args:
        further: style sheets that add to it.
    """
    st.html(f"<style>{''.join((_read('presenter'), *further))}</style>")


def demo(photo_ratio: float) -> None:
    """Enlarge the picture and the answer for a big screen, and leave out the rest of the page.

    Args:
        photo_ratio: width of the photo as a multiple of its height.
    """
    present(_read("demo"), f":root {{ --photo-ratio: {photo_ratio:.4f} }}")


def _read(name: str) -> str:
    return Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")
