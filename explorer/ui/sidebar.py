"""The sidebar of every page: the pages, which Streamlit draws, and the photos."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from explorer.errors import ExplorerError
from explorer.serving.streamlit_internals import as_entry_script
from explorer.ui.components import browser_history, phone_menu, tooltip_links
from explorer.ui.frame import error_messages, link_state
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.photo_tray import keep_room, tray
from explorer.ui.photos.link_choices import SAMPLE, UPLOAD

_DRAWN = "sidebar_drawn"  # whether this script run has drawn the sidebar
_PAGE = "page_shown"  # title of the page that this script run shows


@contextmanager
def around(page: str, after_picture: bool) -> Iterator[None]:
    """Draw the sidebar exactly once, before, within or after the block that draws the page.

    Args:
        page: title of the page.
        after_picture: let the page draw the sidebar itself once its picture is sent. In a new
            session the sidebar comes first nevertheless, however long the picture takes.
    """
    is_new = _DRAWN not in st.session_state
    st.session_state[_DRAWN], st.session_state[_PAGE] = False, page
    with suppress(ExplorerError):  # the page reports a problem with the photo
        keep_room()
    if is_new or not after_picture:
        sidebar()
    try:
        yield
    except Exception:
        sidebar()  # if the page fails, the reader can still choose something else
        raise
    sidebar()


def sidebar() -> None:
    """Draw the sidebar unless this script run has already done so; it never waits for torch."""
    if st.session_state[_DRAWN]:
        return
    st.session_state[_DRAWN] = True
    with as_entry_script(), st.sidebar, error_messages.reported():
        tray()
        tooltip_links.enable()
        browser_history.keep_short()
        phone_menu.close_after(_shown())


def _shown() -> str:
    """Name what the page shows, as far as the menu or the network bar can change it."""
    choices = (link_state.get(UPLOAD) or link_state.get(SAMPLE), link_state.get(VARIANT))
    return " ".join([st.session_state[_PAGE], *choices, link_state.get(WEIGHTS)])
