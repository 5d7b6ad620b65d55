"""How much memory a computation takes at its highest: measured, not estimated."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil
import torch

_PROCESS = Path("/proc/self")
_RESET_HIGH_WATER = "5"  # to /proc/self/clear_refs, since Linux 4.0
_EVERY = 0.001  # seconds between two looks, where the system keeps no high-water mark


class _Gauge(Protocol):
    def highest(self) -> int:
        """Return by how many bytes memory in use has grown at its highest; stop looking."""


def memory_growth(compute: Callable[[], object], device: torch.device) -> int | None:
    """Compute, and measure by how much memory in use grew at its highest meanwhile.

    Args:
        compute: what to watch.
        device: whose memory: the process's on the CPU, that of torch's tensors on CUDA.

    Returns:
        Bytes, or None on a device whose peak cannot be read.
    """
    gauge = _gauge(device)
    try:
        compute()
    finally:
        highest = gauge.highest() if gauge else None
    return highest


def _gauge(device: torch.device) -> _Gauge | None:
    if device.type == "cuda":
        return _CudaGauge(device)
    if device.type != "cpu":
        return None
    _give_back_freed_memory()
    try:
        return _HighWater()
    except OSError:
        return _Sampler()


class _CudaGauge:
    def __init__(self, device: torch.device) -> None:
        self._device = device
        torch.cuda.reset_peak_memory_stats(device)
        self._before = torch.cuda.memory_allocated(device)

    def highest(self) -> int:
        return torch.cuda.max_memory_allocated(self._device) - self._before


class _HighWater:
    """Linux keeps the mark itself, and sets it back on request."""

    def __init__(self) -> None:
        (_PROCESS / "clear_refs").write_text(_RESET_HIGH_WATER)
        self._before = _status("VmRSS")

    def highest(self) -> int:
        return max(_status("VmHWM") - self._before, 0)


class _Sampler:
    """Elsewhere a thread looks again and again; a peak between two looks is missed."""

    def __init__(self) -> None:
        self._process, self._done = psutil.Process(), threading.Event()
        self._before = self._most = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(_EVERY):
            self._most = max(self._most, self._process.memory_info().rss)

    def highest(self) -> int:
        self._done.set()
        self._thread.join()
        return max(self._most, self._process.memory_info().rss) - self._before


def _status(entry: str) -> int:
    """Read one entry of /proc/self/status, in bytes."""
    for line in (_PROCESS / "status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == entry:
            return int(value.removesuffix("kB")) * 1024
    raise OSError(f"{entry} is not in /proc/self/status")


def _give_back_freed_memory() -> None:
    """Make the C library hand freed memory back, or the next computation would grow into it."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # only glibc has it
        return
    trim(0)
