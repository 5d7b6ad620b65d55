"""A turn at the processor for each analysis, with the place in the line while it waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.fair_queue import FairQueue, cores
from explorer.ui.frame import torch_runtime


@st.cache_resource(show_spinner=False)
def compute_queue() -> FairQueue:
    """The line that all sessions share: as many analyses at once as there are cores for them.

    Threads of torch that outnumber the cores bring it nearly to a halt, so whoever gives each
    analysis more threads gets fewer analyses at once.
    """
    return FairQueue(max(cores() // torch_runtime.threads(), 1))


@contextmanager
def compute_turn() -> Iterator[None]:
    """Wait until it is this session's turn to compute, and say so where there is a wait.

    Only computing belongs into the block: a newer click ends a run at its next call of Streamlit,
    and a waiting one at once. The place in the line is said where this is called: in a container,
    or what follows would move, and be drawn anew.
    """
    notice: DeltaGenerator | None = None

    def show(place: int) -> None:
        nonlocal notice
        notice = notice or st.empty()
        notice.info(
            f"Many analyses are under way. Your place in the line: {place}.",
            icon=":material/hourglass_top:",
        )

    with compute_queue().take(show):
        if notice is not None:
            notice.empty()
        yield
