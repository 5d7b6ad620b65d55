"""Measure the peak memory of a computation."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil
import torch

_PROCESS = Path("/proc/self")
_RESET_PEAK = "5"  # written to /proc/self/clear_refs; since Linux 4.0
_INTERVAL = 0.001  # seconds between two samples, where the system does not record the peak


class _PeakMeter(Protocol):
    def growth(self) -> int:
        """Stop measuring and return the largest growth of memory in use, in bytes."""


def memory_growth(compute: Callable[[], object], device: torch.device) -> int | None:
    """Run a computation and measure the largest growth of memory in use.

    Args:
        compute: function to run.
        device: device to measure: the memory of the process on the CPU, of torch's tensors on CUDA.

    Returns:
        The growth in bytes, or None on a device whose peak cannot be read.
    """
    meter = _peak_meter(device)
    try:
        compute()
    finally:
        growth = meter.growth() if meter else None
    return growth


def _peak_meter(device: torch.device) -> _PeakMeter | None:
    if device.type == "cuda":
        return _CudaMeter(device)
    if device.type != "cpu":
        return None
    _release_freed_memory()
    try:
        return _LinuxMeter()
    except OSError:
        return _SamplingMeter()


class _CudaMeter:
    def __init__(self, device: torch.device) -> None:
        self._device = device
        torch.cuda.reset_peak_memory_stats(device)
        self._before = torch.cuda.memory_allocated(device)

    def growth(self) -> int:
        return torch.cuda.max_memory_allocated(self._device) - self._before


class _LinuxMeter:
    """Reads the peak that Linux records, and resets on request."""

    def __init__(self) -> None:
        (_PROCESS / "clear_refs").write_text(_RESET_PEAK)
        self._before = _status("VmRSS")

    def growth(self) -> int:
        return max(_status("VmHWM") - self._before, 0)


class _SamplingMeter:
    """Samples memory in a thread, for other systems; peaks between two samples are missed."""

    def __init__(self) -> None:
        self._process, self._done = psutil.Process(), threading.Event()
        self._before = self._peak = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._done.wait(_INTERVAL):
            self._peak = max(self._peak, self._process.memory_info().rss)

    def growth(self) -> int:
        self._done.set()
        self._thread.join()
        return max(self._peak, self._process.memory_info().rss) - self._before


def _status(entry: str) -> int:
    """Read one entry of /proc/self/status, in bytes."""
    for line in (_PROCESS / "status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == entry:
            return int(value.removesuffix("kB")) * 1024
    raise OSError(f"{entry} is not in /proc/self/status")


def _release_freed_memory() -> None:
    """Return freed memory to the system, so that reusing it counts as growth."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # only glibc has it
        return
    trim(0)
