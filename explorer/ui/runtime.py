"""Torch, imported once and late, and the networks that all sessions share."""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from explorer.pool import NetworkPool

THREADS = "OMP_NUM_THREADS"
_loaded = threading.Event()


def is_loaded() -> bool:
    """Whether torch is there, so that nothing has to wait for it."""
    return _loaded.is_set()


@st.cache_resource(show_spinner=False)
def pool() -> NetworkPool:
    """Import torch and return the shared networks; seconds at first, nothing afterwards.

    One torch thread serves a room full of readers best; whoever starts the app may choose more.
    """
    import torch

    from explorer.pool import NetworkPool

    threads = os.environ.get(THREADS, "")
    torch.set_num_threads(max(1, int(threads)) if threads.isdecimal() else 1)
    gc.collect()
    gc.freeze()  # or each full collection would walk through all of torch
    _loaded.set()
    return NetworkPool()
