"""What a reader sees when something goes wrong: one sentence, and it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError

UNEXPECTED = (
    "Something went wrong in the app itself. Choose another photo or network, or reload the page; "
    "the log of the app has the details."
)


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


def show_unexpected(error: Exception) -> bool:
    """Show one plain sentence for a mistake of ours; Streamlit has logged it by then.

    Returns:
        True: Streamlit need not show the error in the page.
    """
    st.error(UNEXPECTED, icon=":material/error:")
    return True


def _plain(sentence: str) -> str:
    r"""Keep the characters that Markdown would take for formatting."""
    return "".join(f"\\{char}" if char in r"\`*_[]$:~<>#|" else char for char in sentence)
