"""Error messages for readers: one sentence, which stays on the page.

Bugs are not reported here; `explorer.serving.server` handles them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError
from explorer.serving import policy
from explorer.wording import verbatim


@contextmanager
def reported() -> Iterator[None]:
    """Show an error that the reader can act on instead of the rest of the block."""
    try:
        yield
    except ExplorerError as error:
        show(sentence(error))


def sentence(error: ExplorerError) -> str:
    """Return an error's message; a visitor from another machine gets it without its paths."""
    return str(error) if policy.current().private else error.for_visitors


def show(sentence: str) -> None:
    """Show one error message."""
    st.error(verbatim(sentence), icon=":material/error:")
