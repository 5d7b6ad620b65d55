"""Space for a text that changes with a choice: as much as the longest one needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def space_for(longest: str, key: str) -> Iterator[None]:
    """Make a place for texts, so that nothing below it moves when they change.

    Args:
        longest: the longest text that may stand there, as HTML; it is not shown.
        key: key of the place on the page; begins with "steady_".
    """
    with st.container(key=key, width="stretch"):
        with st.container(gap="xsmall"):
            yield
        st.html(f'<p aria-hidden="true">{longest}</p>')
