"""Choose the device, describe it in one line, wait for it."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import psutil
import torch

from explorer.errors import DeviceError

Result = TypeVar("Result")

DEVICES = ("auto", "cpu", "cuda", "mps")


class Precision(StrEnum):
    """How the network computes: in float32, or under bfloat16 autocast (CUDA)."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class DeviceReport:
    """What computes, for the line at the foot of the sidebar.

    Attributes:
        name: the device's own name, e.g. "AMD EPYC 9B14" or "NVIDIA H100".
        device: "cpu", "cuda" or "mps".
        precision: what it computes in.
        threads: torch's threads on the CPU.
        memory_mb: memory in use, in MB (1e6 bytes): of this process on the CPU, of torch's
            tensors on a GPU.
        why_no_gpu: why no GPU computes, or "" if one does.
    """

    name: str
    device: str
    precision: Precision
    threads: int
    memory_mb: float
    why_no_gpu: str

    @property
    def line(self) -> str:
        """Everything in one line."""
        parts = [self.name, self.precision.value]
        if self.device == "cpu":
            parts.append(f"{self.threads} thread{'s' if self.threads > 1 else ''}")
        parts.append(f"{self.memory_mb:,.0f} MB in use")
        return " · ".join([*parts, *([self.why_no_gpu] if self.why_no_gpu else [])])


def available() -> tuple[str, ...]:
    """List the devices that this machine's torch can use, best first."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def choose(name: str = "auto") -> torch.device:
    """Turn a reader's choice into a device.

    Args:
        name: "auto" (the best there is), "cpu", "cuda", "cuda:1" or "mps".

    Raises:
        DeviceError: if the device is unknown or not on this machine.
    """
    if name == "auto":
        return torch.device(available()[0])
    kind, colon, index = name.partition(":")
    if kind not in DEVICES or (colon and not (kind == "cuda" and index.isdecimal())):
        raise DeviceError(f"There is no device {name!r}. Choose one of {', '.join(DEVICES)}.")
    if kind not in available():
        raise DeviceError(f"{_why_not(kind)} Choose cpu or auto.")
    if index and int(index) >= torch.cuda.device_count():
        raise DeviceError(f"This machine has no GPU number {index}. Choose cuda or auto.")
    return torch.device(name)


def check_precision(device: torch.device, precision: Precision) -> None:
    """Refuse bfloat16 where it is not offered.

    Raises:
        DeviceError: if the precision is bfloat16 and the device is not a CUDA GPU.
    """
    if precision is Precision.BFLOAT16 and device.type != "cuda":
        raise DeviceError(
            f"bfloat16 is offered on CUDA only, not on {device.type}. Choose float32."
        )


def describe(device: torch.device, precision: Precision = Precision.FLOAT32) -> DeviceReport:
    """Describe a device as it is now."""
    return DeviceReport(
        name=_name(device),
        device=device.type,
        precision=precision,
        threads=torch.get_num_threads(),
        memory_mb=_memory_bytes(device) / 1e6,
        why_no_gpu=_why_no_gpu(device),
    )


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all that was asked of it, so that a clock tells the truth."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Tell a GPU out of memory from any other failure (Apple's raises no type of its own)."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)


def unless_out_of_memory(compute: Callable[[], Result]) -> Result | None:
    """Compute, or return None if the GPU runs out of memory on the way."""
    try:
        return compute()
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
    torch.cuda.empty_cache()  # after the clause, whose traceback keeps the failed tensors alive
    return None


def _why_no_gpu(device: torch.device) -> str:
    if device.type != "cpu":
        return ""
    if available()[0] != "cpu":
        return f"the CPU was chosen, {available()[0]} is there"
    return _why_not("cuda").removesuffix(".").replace("This", "no GPU: this", 1)


def _why_not(kind: str) -> str:
    if kind == "mps":
        return "This machine has no Apple GPU that torch can use."
    if torch.version.cuda is None:
        return "This torch was built without CUDA."
    if not _has_nvidia_driver():
        return "This machine has no NVIDIA driver."
    return "This machine's NVIDIA driver does not work with this torch."


def _has_nvidia_driver() -> bool:
    return Path("/proc/driver/nvidia").exists() or os.name == "nt"


def _name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    return _cpu_name()


@cache
def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.current_allocated_memory()
    return psutil.Process().memory_info().rss
