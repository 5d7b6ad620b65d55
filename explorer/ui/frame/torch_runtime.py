"""Torch, imported once and late, and the networks that all sessions share."""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from explorer.weights.pool import NetworkPool

THREADS = "OMP_NUM_THREADS"
_loaded = threading.Event()


def is_loaded() -> bool:
    """Whether torch is there, so that nothing has to wait for it."""
    return _loaded.is_set()


def threads() -> int:
    """How many threads one analysis gets; whoever starts the app may choose more than one."""
    chosen = os.environ.get(THREADS, "")
    return max(1, int(chosen)) if chosen.isdecimal() else 1


@st.cache_resource(show_spinner=False)
def pool() -> NetworkPool:
    """Import torch and return the shared networks; seconds at first, nothing afterwards.

    One torch thread serves a room full of readers best. The number is set here, once: torch hands
    it to every later thread, and results are equal bit for bit only at a fixed number.
    """
    gc.disable()  # the import makes hundreds of thousands of objects, and all of them stay
    try:
        import torch

        from explorer.weights.pool import NetworkPool
    finally:
        gc.enable()
    torch.set_num_threads(threads())
    gc.collect()
    gc.freeze()  # or each full collection would walk through all of torch
    _loaded.set()
    return NetworkPool()
