"""What lets a tab have its photos back after a reload: a token that only a leaving page stores.

A duplicated tab copies the session storage of a page that is open, where no token lies.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.ui.components import component

_component = component(__file__, "<span></span>")
_KEY = "returning_photos"


def returning_photos(token: str, asking: bool, on_return: Callable[[str], None]) -> None:
    """Give the page a token, and hear of the one that it stored before a reload.

    Args:
        token: token that the page stores when it leaves; "" for none.
        asking: whether to ask for the token of the page before.
        on_return: called with that token, before the next script run.
    """

    def answer() -> None:
        on_return(str(st.session_state[_KEY].token or ""))

    _component(key=_KEY, data={"token": token, "asking": asking}, on_token_change=answer)
