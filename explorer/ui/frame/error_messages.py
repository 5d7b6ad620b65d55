"""What a reader sees when something goes wrong: one sentence, and it stays.

Mistakes of ours are none of these; `explorer.serving.server` answers for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError
from explorer.wording import verbatim


@contextmanager
def reported() -> Iterator[None]:
    """Show a problem that the reader can act on, and leave out what depended on it."""
    try:
        yield
    except ExplorerError as error:
        show(str(error))


def show(sentence: str) -> None:
    """Show one problem."""
    st.error(verbatim(sentence), icon=":material/error:")
