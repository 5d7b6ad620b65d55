"""The choices of the page Teach that a link keeps."""

from __future__ import annotations

import streamlit as st

from explorer.ui.frame.link_state import Choice, declare

# The example as it was recorded, the example learned here, or the reader's own classes.
EXAMPLE, HERE, OWN = "example", "example-here", "own"
MY_CLASSES = "teach_classes"  # key of the reader's classes, in the session

_ELSEWHERE = (
    "This link meant classes with photos of a reader's own, which are not here: they stay with the "
    "tab in which they were added, until it is closed or loaded again. Here is the example."
)


def _is_here(which: str) -> bool:
    """Whether a set of photos can be chosen in this session."""
    return which in (EXAMPLE, HERE) or (which == OWN and MY_CLASSES in st.session_state)


TAUGHT_SET = declare(Choice("classes", EXAMPLE, _is_here, elsewhere={OWN: _ELSEWHERE}))
