"""The head and layout of a page, and its placeholder while torch is being imported."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.ui.frame import error_messages, torch_runtime

HEAD_START = 0.065  # seconds that a laptop's browser needs to draw a picture
_PICTURE = "picture_sent_last"  # hash of the latest picture


def header(title: str, question: str) -> st.delta_generator.DeltaGenerator:
    """Draw a page's title and the question that the page answers; return the row."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="page_head")
    row.title(title, anchor=False, width="content")
    row.caption(question, width="content")
    return row


@contextmanager
def body(recorded: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Draw a page's content once torch is imported; until then, a record of it or a skeleton.

    Args:
        recorded: function that draws what is recorded of this page, and returns whether it did.
    """
    content = st.empty()
    if not torch_runtime.is_loaded():
        with content.container():
            if not recorded():
                _skeleton()
        torch_runtime.pool()
    with content.container(), error_messages.reported():
        yield


def _skeleton() -> None:
    """Draw the outlines of a page on a laptop's screen, heights in pixels."""
    left, right = columns()
    left.empty()  # invisible, in the position of the cached photo before the picture
    left.skeleton(500)
    right.skeleton(420)
    st.skeleton(90)


def columns() -> tuple[st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    """Split the page into columns for the picture (3/5) and for the text about it (2/5)."""
    left, right = st.columns([3, 2], gap="large")
    return left, right


def computing() -> st.delta_generator.DeltaGenerator:
    """Make a container for computations, so that their notices move no element below.

    Streamlit identifies a container by its position; if it moves, it is drawn anew and loses focus.
    """
    return st.container(key="computing")


def picture_first(picture: Hashable) -> None:
    """Wait a moment after a new picture, so that the browser draws it before the rest of the page.

    The browser draws at once what arrives at once, and a page's widgets take longer than a picture.

    Args:
        picture: everything that the picture depends on; there is no wait while it is unchanged.
    """
    digest = hash(picture)  # reveals nothing about the photo, which the reader may remove
    if st.session_state.get(_PICTURE) != digest:
        st.session_state[_PICTURE] = digest
        time.sleep(HEAD_START)
