"""The head of a page, and its shape while torch is on its way."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.ui.frame import error_messages, torch_runtime

HEAD_START = 0.065  # seconds in which a laptop's browser draws a picture
_PICTURE = "picture_sent_last"


def header(title: str, question: str) -> None:
    """Draw a page's title, and the question that it answers."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="page_head"):
        st.title(title, anchor=False, width="content")
        st.caption(question, width="content")


@contextmanager
def body() -> Iterator[None]:
    """Draw a page's content once torch is there; until then, its shape."""
    place = st.empty()
    if not torch_runtime.is_loaded():
        with place.container():
            _skeleton()
        torch_runtime.pool()
    with place.container(), error_messages.reported():
        yield


def _skeleton() -> None:
    """Draw the page's shape on a laptop's screen, heights in pixels."""
    left, right = columns()
    left.empty()  # the kept photo's place: it shows nothing, and comes before the picture
    left.skeleton(500)
    right.skeleton(420)
    st.skeleton(90)


def columns() -> tuple[st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    """Split the page into the picture (3/5) and what there is to say about it (2/5)."""
    left, right = st.columns([3, 2], gap="large")
    return left, right


def computing() -> st.delta_generator.DeltaGenerator:
    """Make a place for what computes: its notices come and go and move nothing below.

    Streamlit knows a container by its position; one that moved is drawn anew, and loses the focus.
    """
    return st.container(key="computing")


def picture_first(picture: Hashable) -> None:
    """Let the browser draw a new picture before the rest of the page reaches it.

    What arrives together is drawn together, and the widgets of a page take longer than its picture.

    Args:
        picture: all that the picture depends on; while it stays the same, nothing has to wait.
    """
    sent = hash(picture)  # says nothing of the photo, which the reader may want to be forgotten
    if st.session_state.get(_PICTURE) != sent:
        st.session_state[_PICTURE] = sent
        time.sleep(HEAD_START)
