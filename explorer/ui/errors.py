"""What a reader sees when something goes wrong: one sentence, and it stays.

Mistakes of ours are none of these; `explorer.server` answers for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError


@contextmanager
def reported() -> Iterator[None]:
    """Show a problem that the reader can act on, and leave out what depended on it."""
    try:
        yield
    except ExplorerError as error:
        show(str(error))


def show(sentence: str) -> None:
    """Show one problem."""
    st.error(_plain(sentence), icon=":material/error:")


def _plain(sentence: str) -> str:
    r"""Keep the characters that Markdown would take for formatting."""
    return "".join(f"\\{char}" if char in r"\`*_[]$:~<>#|" else char for char in sentence)
