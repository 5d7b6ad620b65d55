"""A text that changes with a choice, in a place high enough for the longest one it can be."""

from __future__ import annotations

import streamlit as st


def steady_text(key: str, text: str, longest: str, help: str | None = None) -> None:
    """Write a text so that nothing below it moves when it changes.

    Args:
        key: key of the text on the page; begins with "steady_".
        text: the text, as Markdown.
        longest: the longest text that may stand there, as HTML; it is not shown.
        help: help text, as Streamlit's own.
    """
    with st.container(key=key, width="stretch"):
        st.markdown(text, help=help)
        st.html(f'<p aria-hidden="true">{longest}</p>')
