"""Measure what networks cost on this machine, in a process of its own, round by round.

    with QUEUE.take(on_wait=show_place):
        with closing(measure(quick())) as progress:
            for now in progress:
                show(now.run)

Leaving the loop, by `close` or by an exception, ends the measuring process; every row keeps what
it has. `result_files.kept(measure(plan))` also writes the result to the disk as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from explorer.measurements import QUICK, Dtype, Effort, MemoryFormat, Run, Setup
from explorer.turns import Turns

QUEUE = Turns(1)  # one benchmark at a time in this server; the others wait and see their place


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        setups: one row each, all on one device.
        effort: how long.
        threads: of torch in the measuring process; None for what torch takes by itself.
    """

    setups: tuple[Setup, ...]
    effort: Effort = QUICK
    threads: int | None = None


@dataclass(frozen=True)
class Progress:
    """News from a measurement; comes after each round of a row, and at least twice a second.

    Attributes:
        run: everything so far.
        step: what happens now, for people, e.g. "Round 2: ResNet-50".
        done: how much of the work is done, 0..1.
    """

    run: Run
    step: str
    done: float


def quick(device: str = "cpu") -> Plan:
    """Plan the ten ResNets of torchvision, one photo at a time, in less than a minute."""
    raise NotImplementedError


def plan(
    models: tuple[str, ...],
    batch_sizes: tuple[int, ...] = (1,),
    device: str = "auto",
    dtype: Dtype = Dtype.FLOAT32,
    resolution: int | None = None,
    memory_format: MemoryFormat = MemoryFormat.CONTIGUOUS,
    compiled: bool = False,
    effort: Effort = QUICK,
    threads: int | None = None,
) -> Plan:
    """Plan a row for each model and batch size.

    Args:
        models: names of `explorer.contestants.CONTESTANTS`.
        batch_sizes: photos in one call.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        dtype: of parameters and photos.
        resolution: of the photos in pixels; None for each model's own.
        memory_format: how a batch lies in memory.
        compiled: whether to use `torch.compile`.
        effort: how long to measure.
        threads: of torch; None for what torch takes by itself.

    Raises:
        RequestError: if there is no such model, or a number makes no sense.
        DeviceError: if the device is not here, or does not offer the dtype or a compiler.
    """
    raise NotImplementedError


def measure(plan: Plan, sessions: Callable[[], int] = lambda: 0) -> Iterator[Progress]:
    """Measure, and tell the news as they come; the last one has the finished run.

    Args:
        plan: what to measure.
        sessions: how many other analyses this app is busy with right now, for the record.

    Yields:
        Progress. A crash of the measuring process is a problem of the row that it was busy with;
        the other rows go on in a new process.
    """
    raise NotImplementedError
