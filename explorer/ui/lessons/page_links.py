"""Ways from a text to the page, or the lesson, where it can be tried."""

from __future__ import annotations

import streamlit as st

from explorer.paths import PAGES
from explorer.ui.lessons import lesson_progress

_ICON = ":material/arrow_forward:"


def page_link(label: str, page: str, lesson: str, key: str) -> None:
    """Offer to go to a page of the app, in this session.

    Args:
        label: what there is to do.
        page: the name of its script, without ".py".
        lesson: to open there; "" for none.
        key: of the button, unless it is a mere link.
    """
    script = PAGES / f"{page}.py"
    if not lesson:
        st.page_link(script, label=label, icon=_ICON)
    elif st.button(label, key=key, icon=_ICON, type="tertiary"):
        lesson_progress.go(lesson, "")
        st.switch_page(script)
