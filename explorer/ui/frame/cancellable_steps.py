"""Slow steps, run one after the other with a progress bar and a button to cancel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def run_steps(steps: Sequence[Callable[[], object]], title: str, flag: str = "") -> None:
    """Run steps, then redraw the page; cancelling keeps the results of finished steps.

    Args:
        steps: functions to call; without any, nothing is drawn.
        title: text of the progress bar.
        flag: key in the session state that started the steps and that Cancel removes; "" for
            steps too short to be cancelled.
    """
    if not steps:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, title, width="stretch")
        if flag:
            st.button(
                "Cancel", icon=":material/stop_circle:", on_click=_clear, args=(flag,), key="cancel"
            )
    for done, step in enumerate(steps, start=1):
        step()
        bar.progress(done / len(steps), f"{title}: {done} of {len(steps)}")
    st.rerun()


def _clear(flag: str) -> None:
    st.session_state.pop(flag, None)
