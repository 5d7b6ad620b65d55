"""The page of a reader in the queue for the app; the app opens by itself."""

from __future__ import annotations

import streamlit as st

from explorer.serving import policy
from explorer.serving.admission_middleware import VISITOR_HEADER

LOOK_EVERY = 2  # seconds between two updates


def place() -> int:
    """Return this session's place in the queue: 1 is next, 0 is admitted."""
    admission, visitor = policy.current().admission, st.context.headers.get(VISITOR_HEADER)
    return admission.place(visitor) if admission is not None and visitor else 0


def page() -> None:
    """Say that the app is full, and show this session's place in the queue."""
    with st.container(horizontal_alignment="center", key="full_room"):
        st.space("large")
        with st.container(border=True, width=520, gap="medium"):
            st.title(":material/groups: The room is full", anchor=False)
            st.markdown(
                f"The app takes {_places()} at a time. Leave this page open: "
                "it opens by itself as soon as a place becomes free."
            )
            _place_notice()


@st.fragment(run_every=LOOK_EVERY)
def _place_notice() -> None:
    current = place()
    if not current:
        st.rerun()
    st.info(in_words(current), icon=":material/hourglass_top:")


def in_words(place: int) -> str:
    """Return a sentence on how many readers are ahead in the queue."""
    if place == 1:
        return "You are next."
    before = "1 person is" if place == 2 else f"{place - 1} people are"
    return f"{before} before you in the line."


def _places() -> int:
    admission = policy.current().admission
    return admission.places if admission is not None else 0
