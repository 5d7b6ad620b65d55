"""The late import of torch, and the networks that all sessions share."""

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
    """Whether torch is imported, so that nothing has to wait for it."""
    return _loaded.is_set()


def threads() -> int:
    """Return the number of threads per analysis, 1 unless the environment says otherwise."""
    value = os.environ.get(THREADS, "")
    return max(1, int(value)) if value.isdecimal() else 1


@st.cache_resource(show_spinner=False)
def pool() -> NetworkPool:
    """Import torch and return the shared networks; takes seconds, but only the first time.

    With many readers, one torch thread each is best. The number is set here, once: torch passes it
    on to every later thread, and results are bit-identical only at a fixed number.
    """
    gc.disable()  # the import creates hundreds of thousands of objects, all of them permanent
    try:
        import torch

        from explorer.weights.pool import NetworkPool
    finally:
        gc.enable()
    torch.set_num_threads(threads())
    gc.collect()
    gc.freeze()  # otherwise each full collection would traverse all of torch
    _loaded.set()
    return NetworkPool()
