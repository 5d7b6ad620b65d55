"""Turns to compute: limits concurrent analyses, and shows the place in the queue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.fair_queue import FairQueue, cores
from explorer.ui.frame import torch_runtime


@st.cache_resource(show_spinner=False)
def compute_queue() -> FairQueue:
    """Return the queue of all sessions: as many analyses at once as there are cores for them.

    Torch nearly comes to a halt when its threads outnumber the cores, so with more threads per
    analysis, fewer analyses run at once.
    """
    return FairQueue(max(cores() // torch_runtime.threads(), 1))


@dataclass(eq=False)
class ComputeTurn:
    """A turn to compute.

    Attributes:
        seconds: wall time that the turn's block took without the wait, in s; 0 until it has ended.
    """

    seconds: float = 0.0


@contextmanager
def compute_turn() -> Iterator[ComputeTurn]:
    """Wait for this session's turn to compute, and show its place in the queue meanwhile.

    The block should only compute: a newer click ends a script run at its next call of Streamlit,
    or at once while it waits. The notice appears where this is called. Call it in a container;
    otherwise the notice moves the elements that follow, and they are drawn anew.
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
        turn, started = ComputeTurn(), time.perf_counter()
        yield turn
        turn.seconds = time.perf_counter() - started
