"""Links from a text to the page or the lesson where the reader can try it."""

from __future__ import annotations

import streamlit as st

from explorer.paths import PAGES
from explorer.ui.lessons import lesson_progress

_ICON = ":material/arrow_forward:"


def page_link(label: str, page: str, lesson: str, key: str) -> None:
    """Draw a link to a page of the app that keeps the session.

    Args:
        label: text of the link.
        page: name of the page's script, without ".py".
        lesson: name of the lesson to open; "" for none.
        key: key of the button that opens a lesson; a plain link has none.
    """
    script = PAGES / f"{page}.py"
    if not lesson:
        st.page_link(script, label=label, icon=_ICON)
    elif st.button(label, key=key, icon=_ICON, type="tertiary"):
        lesson_progress.go(lesson, "")
        st.switch_page(script)
