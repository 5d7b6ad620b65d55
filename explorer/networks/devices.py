"""Choose a device, describe it in one line, and wait for its work."""

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
from torch import nn

from explorer.errors import DeviceError
from explorer.wording import unbroken

Result = TypeVar("Result")

DEVICES = ("auto", "cpu", "cuda", "mps")


class Precision(StrEnum):
    """The precision of a network's computations: float32, or bfloat16 autocast (CUDA only)."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class DeviceReport:
    """The facts about a device, for the line in the network bar.

    Attributes:
        name: product name, e.g. "AMD EPYC 9B14" or "NVIDIA H100".
        device: type of the device: "cpu", "cuda" or "mps".
        precision: precision of the computations.
        threads: number of torch's threads on the CPU.
        memory_mb: memory in use in MB (1e6 bytes), by this process on the CPU, by torch's tensors
            on a GPU.
        why_no_gpu: sentence on why no GPU is used, or "" if one is.
    """

    name: str
    device: str
    precision: Precision
    threads: int
    memory_mb: float
    why_no_gpu: str

    @property
    def line(self) -> str:
        """All facts in two or three sentences."""
        threads = f" with {self.threads} thread{'s' if self.threads > 1 else ''}"
        sentences = [
            f"Computed on {self.name}{threads if self.device == 'cpu' else ''}, in "
            f"{self.precision.value}.",
            unbroken(f"The app holds {self.memory_mb:,.0f} MB of memory."),
            self.why_no_gpu,
        ]
        return " ".join(filter(None, sentences))


def available() -> tuple[str, ...]:
    """List the devices that this machine's torch can use, best first."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def choose(name: str = "auto") -> torch.device:
    """Return the device that a name stands for.

    Args:
        name: "auto" (the best available), "cpu", "cuda", "cuda:1" or "mps".

    Raises:
        DeviceError: if the device is unknown or not on this machine.
    """
    if name == "auto":
        return torch.device(available()[0])
    kind, colon, index = name.partition(":")
    if kind not in DEVICES or (colon and not (kind == "cuda" and index.isdecimal())):
        raise DeviceError(f"There is no device {name!r}. Choose one of {', '.join(DEVICES)}.")
    if kind not in available():
        raise DeviceError(f"{_why_unavailable(kind)} Choose cpu or auto.")
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
    """Describe a device in its current state."""
    return DeviceReport(
        name=_name(device),
        device=device.type,
        precision=precision,
        threads=torch.get_num_threads(),
        memory_mb=_memory_bytes(device) / 1e6,
        why_no_gpu=_why_no_gpu(device),
    )


def synchronize(device: torch.device) -> None:
    """Wait until the device has finished all queued work, so that timings are right."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Tell whether an error means a GPU out of memory (Apple's GPU raises a plain RuntimeError)."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)


def unless_out_of_memory(compute: Callable[[], Result]) -> Result | None:
    """Return the result of a computation, or None if the GPU runs out of memory."""
    try:
        return compute()
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
    torch.cuda.empty_cache()  # after the except clause, whose traceback keeps tensors alive
    return None


def _why_no_gpu(device: torch.device) -> str:
    if device.type != "cpu":
        return ""
    if available()[0] != "cpu":
        return f"The CPU was chosen, though this machine has a GPU ({available()[0]})."
    return _why_unavailable("cuda").replace("This", "It uses no GPU: this", 1)


def _why_unavailable(kind: str) -> str:
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


def training_layout(module: nn.Module, precision: Precision) -> torch.memory_format:
    """Return the layout of tensors in which a network is trained.

    Channels last is about twice as fast on the CPU. But oneDNN's backward pass in float32 then
    writes beyond its memory if convolutions have few channels (seen in torch 2.15 with 4).
    """
    widths = [layer.out_channels for layer in module.modules() if isinstance(layer, nn.Conv2d)]
    is_safe = precision is Precision.BFLOAT16 or not any(width % 16 for width in widths)
    return torch.channels_last if is_safe else torch.contiguous_format
