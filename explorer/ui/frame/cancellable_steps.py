"""Steps that take a while: one after the other, with how far they are and a way to cancel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def run_steps(steps: Sequence[Callable[[], object]], title: str, flag: str = "") -> None:
    """Do steps, then draw the page again; what a step has done stays done when one cancels.

    Args:
        steps: what is to be done; none draws nothing.
        title: what it is.
        flag: name in the session of what started it, dropped by Cancel; "" for steps that take
            too little time to be cancelled.
    """
    if not steps:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, title, width="stretch")
        if flag:
            st.button(
                "Cancel", icon=":material/stop_circle:", on_click=_drop, args=(flag,), key="cancel"
            )
    for done, step in enumerate(steps, start=1):
        step()
        bar.progress(done / len(steps), f"{title}: {done} of {len(steps)}")
    st.rerun()


def _drop(flag: str) -> None:
    st.session_state.pop(flag, None)
