"""The page of someone for whom there is no place yet; it opens by itself."""

from __future__ import annotations

import streamlit as st

from explorer.serving import policy
from explorer.serving.admission_middleware import VISITOR_HEADER

LOOK_EVERY = 2  # seconds


def place() -> int:
    """This session's place in the line: 1 is next, 0 is inside."""
    room, visitor = policy.current().room, st.context.headers.get(VISITOR_HEADER)
    return room.place(visitor) if room is not None and visitor else 0


def page() -> None:
    """Say that the room is full, and where in the line this session stands."""
    with st.container(horizontal_alignment="center", key="full_room"):
        st.space("large")
        with st.container(border=True, width=520, gap="medium"):
            st.title(":material/groups: The room is full", anchor=False)
            st.markdown(
                f"The app takes {_places()} at a time. Leave this page open: "
                "it opens by itself as soon as a place becomes free."
            )
            _line()


@st.fragment(run_every=LOOK_EVERY)
def _line() -> None:
    now = place()
    if not now:
        st.rerun()
    st.info(in_words(now), icon=":material/hourglass_top:")


def in_words(place: int) -> str:
    """Say how many stand in front."""
    if place == 1:
        return "You are next."
    before = "1 person is" if place == 2 else f"{place - 1} people are"
    return f"{before} before you in the line."


def _places() -> int:
    room = policy.current().room
    return room.places if room is not None else 0
